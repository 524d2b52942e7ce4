from django.apps import AppConfig


class LegacyApiConfig(AppConfig):
    name = "legacy_api"
    default_auto_field = "django.db.models.BigAutoField"
