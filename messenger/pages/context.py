from typing import Any

from django.http import HttpRequest

_THEMES = ("light", "dark")
_STYLES = ("messenger", "tokens", "base", "controls", "icons")
_APP_STYLES = (
    "messenger-app",
    "conversation-list",
    "chat-view",
    "message-item",
    "attachments",
    "message-composer",
    "messenger-widget-v4",
)


def page(request: HttpRequest) -> dict[str, Any]:
    """What every template of ours may ask for (a context processor; it asks the database for nothing)."""
    theme = request.COOKIES.get("theme", "")
    return {
        "page": {
            "theme": theme if theme in _THEMES else "",
            "path": request.path,
            "styles": _STYLES,
            "app_styles": _APP_STYLES,
        }
    }
