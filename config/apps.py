from django.apps import AppConfig


class ProjectConfig(AppConfig):
    """Lists the project itself as an app, for its management commands and start checks, and wires the events."""

    name = "config"

    def ready(self) -> None:
        from config.wiring import wire  # noqa: PLC0415  # models are there only now

        wire()
