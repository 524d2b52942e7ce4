"""Django's settings, all read from the environment by `config.env`."""

import logging
from importlib.util import find_spec

from config import env
from config.engines.places import Places
from config.logging import logging_of
from config.variables import CONVERSATION_TYPES, RATE_LIMIT_NAMES

# --- where we are
BASE_DIR = env.ROOT
DEBUG = env.is_debug()
STATE = env.path("MESSENGER_STATE")
SECRET_KEY = env.secret("SECRET_KEY", at_least=50)
JWT_SECRET = env.secret("JWT_SECRET", at_least=32)
ALLOWED_HOSTS = env.hosts("ALLOWED_HOSTS")
BASE_URL = env.origin("BASE_URL", env.text("BASE_URL"))
MESSENGER_ALLOWED_ORIGINS = [
    env.origin("MESSENGER_ALLOWED_ORIGINS", origin) for origin in env.words("MESSENGER_ALLOWED_ORIGINS")
]

MESSENGER_HOST = env.text("MESSENGER_HOST")
MESSENGER_PORT = env.integer("MESSENGER_PORT", minimum=1, maximum=65535)
MESSENGER_PROCESS = env.label("MESSENGER_PROCESS")
MESSENGER_TRUSTED_PROXIES = env.networks("MESSENGER_TRUSTED_PROXIES")

# --- what is served, and how
INSTALLED_APPS = [
    "config",
    "messenger",
    "presence",
    "notifications",
    "moderation",
    "legacy_api",
    "channels",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "config.admin_site.AdminApp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    # all run in one thread (config/handler.py): none needs to be async
    "config.middleware.request_ids.RequestIds",
    "config.middleware.health_routes.HealthRoutes",
    "config.middleware.measuring.Measuring",
    "django.middleware.security.SecurityMiddleware",
    "config.middleware.content_security.ContentSecurity",
    "config.middleware.csrf_headers.CsrfHeaders",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "messenger.api.middleware.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
WSGI_APPLICATION = "config.wsgi.application"
APPEND_SLASH = False
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "messenger.pages.context.page",
            ],
        },
    },
]
REST_FRAMEWORK: dict[str, object] = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["messenger.api.authentication.SignedIn"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["messenger.api.parsing.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["messenger.api.rendering.FastJSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "messenger.api.rendering.AlwaysJSON",
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "messenger.api.errors.answer_error",
    "URL_FORMAT_OVERRIDE": None,
    "DEFAULT_SCHEMA_CLASS": "config.apidoc.openapi.TableSchema",
}
# the document is checked by its own tests, not at each start
SPECTACULAR_SETTINGS = {
    "OAS_VERSION": "3.1.1",
    "ENABLE_DJANGO_DEPLOY_CHECK": False,
    "GET_MOCK_REQUEST": "config.apidoc.openapi.no_request",
}

# --- stores
_PLACES = Places(STATE)
_DATABASE = env.database("DATABASE_URL", fallback=_PLACES.database_url)
DATABASE_POOL_SIZE = env.integer("DATABASE_POOL_SIZE", minimum=1, maximum=1000)
DATABASES = {
    "default": {
        **_DATABASE,
        "ENGINE": "config.database",
        "CONN_MAX_AGE": 0,
        "OPTIONS": {
            **_DATABASE["OPTIONS"],
            # who waits longer looks whether the database is there (config/database)
            "pool": {"min_size": 1, "max_size": DATABASE_POOL_SIZE, "timeout": 1, "reconnect_timeout": 1},
            "server_side_binding": True,
        },
    },
}
MESSENGER_UNSAFE_COMMITS = env.flag("MESSENGER_UNSAFE_COMMITS")
if MESSENGER_UNSAFE_COMMITS and not DEBUG:
    raise env.BadSetting("MESSENGER_UNSAFE_COMMITS", "may be on in debug only.")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.redis("REDIS_URL", fallback=_PLACES.redis_url)
MESSENGER_STAY_ON_CORE = env.flag("MESSENGER_STAY_ON_CORE")
MESSENGER_FANOUT_SHARDS = env.integer("MESSENGER_FANOUT_SHARDS", minimum=1, maximum=4096)
MESSENGER_BUS_FAULTS = env.flag("MESSENGER_BUS_FAULTS")
if MESSENGER_BUS_FAULTS and not DEBUG:
    raise env.BadSetting("MESSENGER_BUS_FAULTS", "may be on in debug only.")
_LAYER = "config.proof.faults.TroubledLayer" if MESSENGER_BUS_FAULTS else "messenger.layers.HubChannelLayer"
CHANNEL_LAYERS: dict[str, dict[str, object]] = {
    "default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}
    if REDIS_URL == "memory"
    else {"BACKEND": _LAYER, "CONFIG": {"hosts": [REDIS_URL]}},
}

# --- people and their sessions
AUTH_USER_MODEL = "messenger.User"
LOGIN_URL = "/auth"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
SESSION_ENGINE = "messenger.services.sessions"
SESSION_COOKIE_AGE = 30 * 24 * 3600
PASSWORD_RESET_TIMEOUT = 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = not DEBUG
CSRF_COOKIE_NAME = "csrf"
CSRF_COOKIE_HTTPONLY = False  # scripts send it back as a header
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = not DEBUG
CSRF_HEADER_NAME = "HTTP_X_CSRF_TOKEN"
CSRF_FAILURE_VIEW = "messenger.pages.errors.csrf_failed"
CSRF_TRUSTED_ORIGINS = [BASE_URL, *MESSENGER_ALLOWED_ORIGINS]

# --- what browsers are told
SECURE_SSL_REDIRECT = not DEBUG
SECURE_HSTS_SECONDS = 0 if DEBUG else env.integer("MESSENGER_HSTS_SECONDS", minimum=0, maximum=10**9)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"  # for browsers that do not know frame-ancestors, which says 'self'

# --- languages and times
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
TIME_ZONE = "UTC"
USE_TZ = True

# --- files
STATIC_URL = "/static/"
MEDIA_ROOT = STATE / "media"
STORAGES: dict[str, dict[str, object]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    "attachments": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": STATE / "attachments", "base_url": None, "file_permissions_mode": 0o600},
    },
}
MESSENGER_S3_BUCKET = env.text("MESSENGER_S3_BUCKET")
_bucket = {
    "bucket": MESSENGER_S3_BUCKET,
    "prefix": env.text("MESSENGER_S3_PREFIX"),
    "endpoint": env.web_address("MESSENGER_S3_ENDPOINT"),
    "region": env.text("MESSENGER_S3_REGION"),
    "key": env.text("MESSENGER_S3_KEY"),
    "secret": env.text("MESSENGER_S3_SECRET"),
}
if bool(_bucket["key"]) != bool(_bucket["secret"]):
    raise env.BadSetting("MESSENGER_S3_KEY", "and MESSENGER_S3_SECRET are given together, or neither.")
if MESSENGER_S3_BUCKET:
    if find_spec("storages") is None or find_spec("boto3") is None:
        raise env.BadSetting("MESSENGER_S3_BUCKET", "needs the packages of requirements-s3.lock.")
    STORAGES["attachments"] = {"BACKEND": "config.buckets.Bucket", "OPTIONS": _bucket}
MESSENGER_ATTACHMENT_MAX_BYTES = env.integer("MESSENGER_ATTACHMENT_MAX_BYTES", minimum=1, maximum=2**30)

# --- mail and push
EMAIL_ENABLED = env.flag("EMAIL_ENABLED")
POSTMARK_API_KEY = env.text("POSTMARK_API_KEY")
POSTMARK_FROM = env.mail_address("POSTMARK_FROM")
EMAIL_HOST = env.text("EMAIL_HOST")
EMAIL_PORT = env.integer("EMAIL_PORT", minimum=1, maximum=65535)
DEFAULT_FROM_EMAIL = SERVER_EMAIL = POSTMARK_FROM or "messenger@localhost"
if EMAIL_ENABLED:
    for _needed in ("POSTMARK_API_KEY", "POSTMARK_FROM"):
        if not env.text(_needed):
            raise env.BadSetting(_needed, "is missing, and EMAIL_ENABLED needs it.")
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST_USER = EMAIL_HOST_PASSWORD = POSTMARK_API_KEY
    EMAIL_USE_TLS = True
    EMAIL_TIMEOUT = 10
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = STATE / "mail"
FIREBASE_CREDENTIALS = env.service_account("FIREBASE_CREDENTIALS")

# --- the product's rules
WEBSOCKET_MODE = env.choice("WEBSOCKET_MODE", "v2", "off")
MESSENGER_CONTACT_POLICY = env.choice("MESSENGER_CONTACT_POLICY", "open", "marketplace")
MESSENGER_SIGNUP_ROLES = set(env.words("MESSENGER_SIGNUP_ROLES"))
if not {"customer", "supplier"} >= MESSENGER_SIGNUP_ROLES:
    raise env.BadSetting("MESSENGER_SIGNUP_ROLES", "may hold customer and supplier only.")
MESSENGER_CONNECTIONS_PER_USER = env.integer("MESSENGER_CONNECTIONS_PER_USER", minimum=0, maximum=10**6)
MESSENGER_CONNECTIONS_PER_ADDRESS = env.integer("MESSENGER_CONNECTIONS_PER_ADDRESS", minimum=0, maximum=10**6)
MESSENGER_REQUEST_PATIENCE = env.integer("MESSENGER_REQUEST_PATIENCE", minimum=1, maximum=3600)
MESSENGER_PRESENCE_LEASE = env.integer("MESSENGER_PRESENCE_LEASE", minimum=1, maximum=3600)
MESSENGER_PRESENCE_GRACE = env.integer("MESSENGER_PRESENCE_GRACE", minimum=0, maximum=3600)
MESSENGER_SPAM_SCORE = env.integer("MESSENGER_SPAM_SCORE", minimum=0, maximum=10_000)
MESSENGER_SPAM_WORDS = env.points_by_word("MESSENGER_SPAM_WORDS")
MESSENGER_EDIT_WINDOW = env.integer("MESSENGER_EDIT_WINDOW", minimum=0, maximum=10**9)
MESSENGER_FLOW_WEBHOOK_URL = env.web_address("MESSENGER_FLOW_WEBHOOK_URL")
MESSENGER_FLOW_WEBHOOK_SECRET = env.text("MESSENGER_FLOW_WEBHOOK_SECRET")
if MESSENGER_FLOW_WEBHOOK_URL and len(MESSENGER_FLOW_WEBHOOK_SECRET) < 24:
    raise env.BadSetting("MESSENGER_FLOW_WEBHOOK_SECRET", "must have 24 characters or more where there is a webhook.")
MESSENGER_LINK_PREVIEWS = env.flag("MESSENGER_LINK_PREVIEWS")
MESSENGER_ERASE_MESSAGES = env.choice("MESSENGER_ERASE_MESSAGES", "keep", "delete")
MESSENGER_RETENTION = env.days_by_type("MESSENGER_RETENTION", CONVERSATION_TYPES)
MESSENGER_DEMO_PASSWORD = env.text("MESSENGER_DEMO_PASSWORD")
MESSENGER_DEBUG_HOOKS = env.flag("MESSENGER_DEBUG_HOOKS")
MESSENGER_METRICS_TOKEN = env.text("MESSENGER_METRICS_TOKEN")
MESSENGER_RATE_LIMIT = "on" if env.flag("MESSENGER_RATE_LIMIT") else "off"
if MESSENGER_RATE_LIMIT == "off" and not DEBUG:
    raise env.BadSetting("MESSENGER_RATE_LIMIT", "may be off in debug only.")
globals().update({name: env.rates(name) for name in RATE_LIMIT_NAMES})

# --- logs
LOGGING_CONFIG = None  # config.logging sets them up, so that a bad value says its name
LOGGING = logging_of(level=env.choice("MESSENGER_LOG_LEVEL", "debug", "info", "warning", "error"), as_json=not DEBUG)
if env.given("MONGODB_URI"):
    logging.getLogger("config").warning("MONGODB_URI is ignored: messages are stored in PostgreSQL (DATABASE_URL).")
