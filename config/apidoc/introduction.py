"""What stands before the operations of the document: what holds for all of them, and how one proves who one is."""

from typing import Any

from django.conf import settings

Json = dict[str, Any]

ABOUT = """\
Conversations, messages, presence and what belongs to them. JSON in, JSON out.

* **Ids** are decimal strings in answers; requests take numbers as well. **Times** are ISO 8601, UTC, milliseconds.
* **Success** says `"success": true`. **Errors** are `{success: false, error, message, code, details}`: `details` holds
  `{field: [sentence]}` for `validation_error`, and `{limit, remaining, resetAt}` for `rate_limited`.
* **Unknown or forbidden alike**: what the caller has no part in answers exactly as what does not exist, with 404.
* **Every address** works with and without a slash at its end.
* **A browser** sends its session cookie, and `X-CSRF-Token` with every method but GET. **A program** sends
  `Authorization: Bearer` with an access token, or with an API client's key, and needs no CSRF token.
* Objects may get more fields; pass over those that you do not know.

Events (native WebSocket and Socket.IO) are described at `/api/asyncapi.json`.
"""

TAGS = (
    ("Signing in", "Sessions of browsers, tokens of programs, one's own profile."),
    ("Conversations", "Who talks about what."),
    ("Groups", "Who is in a group, and who leads it."),
    ("Messages", "What is said."),
    ("Files", "Attachments: fetched through this host, by participants only."),
    ("Mine", "What is the caller's own: counts, limits, contacts, blocks, sync, search."),
    ("My data", "Everything that is stored of the caller: as a file, or erased."),
    ("Presence", "Who is there."),
    ("Campaigns and bids", "Conversations that an integrator moves, with buttons to press."),
    ("Administration", "For administrators, and for looking also for API clients with the scope `read:admin`."),
)

SECURITY_SCHEMES: Json = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "An access token of `/auth/token`, or an API client's key (`msk_…`).",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": settings.SESSION_COOKIE_NAME,
        "description": "What `/auth/login` sets.",
    },
    "csrf": {
        "type": "apiKey",
        "in": "header",
        "name": "X-CSRF-Token",
        "description": "The token of `/csrf-token`, which also sets the cookie `csrf`.",
    },
}


def head() -> Json:
    """The document's first fields."""
    return {
        "openapi": "3.1.1",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {"title": "Messenger", "version": "4", "description": ABOUT},
        "servers": [{"url": "/", "description": "This host."}],
        "tags": [{"name": name, "description": about} for name, about in TAGS],
    }
