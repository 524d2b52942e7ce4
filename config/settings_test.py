"""The settings of tests: the product's own, on the test run's engines, whatever else the environment holds."""

from config import env

env.replace(
    {
        "MESSENGER_DEBUG": "on",
        "MESSENGER_STATE": ".state/test",
        "MESSENGER_SIGNUP_ROLES": "customer,supplier",
        "MESSENGER_LOG_LEVEL": "warning",
        "MESSENGER_UNSAFE_COMMITS": "on",
    },
    keeping=("MESSENGER_STATE", "DATABASE_URL", "REDIS_URL"),
)

from config.settings import *  # noqa: E402, F403

DEBUG = False
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
