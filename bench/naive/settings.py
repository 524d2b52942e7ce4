"""Settings of a small chat project, read from the environment of the bench."""

import os

from psycopg.conninfo import conninfo_to_dict

_place = conninfo_to_dict(os.environ["DATABASE_URL"])


SECRET_KEY = JWT_SECRET = os.environ["JWT_SECRET"]
DEBUG = False
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = ["channels", "bench.naive"]
ASGI_APPLICATION = "bench.naive.asgi.application"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _place["dbname"],
        "USER": _place["user"],
        "HOST": _place["host"],
        "CONN_MAX_AGE": 60,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        # the defaults (100 messages, 100 connections) lose messages under this load, and such a row has no rate
        "CONFIG": {"hosts": [os.environ["REDIS_URL"] + "&max_connections=2000"], "capacity": 100_000},
    }
}
USE_TZ = True
