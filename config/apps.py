from django.apps import AppConfig


class ProjectConfig(AppConfig):
    """Lists the project itself as an app, for its management commands and start checks."""

    name = "config"
