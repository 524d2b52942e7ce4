"""What the contract says of every route and event, as data.

A row of `PLACES` names a route that has an id in it; `{c}`, `{m}`, `{a}` and `{u}` stand for the conversation, message,
attachment and person asked about, and member, owner and blocked for what those get for their own. The rest follows from
the contract's rule alone: who has no part in a thing gets 404, the same as for what does not exist, and who is not
signed in gets 401.
"""

from dataclasses import dataclass, field
from typing import Any

M = "v4/messenger"
C = f"{M}/conversations/{{c}}"
CM = f"{C}/messages/{{m}}"
NOT_ALLOWED = "403 not_allowed"
BLOCKED = "403 cannot_message"


@dataclass(frozen=True)
class Row:
    """One operation: who gets what for something of their own, and for what their body names but is not there."""

    method: str
    path: str
    member: str
    owner: str
    blocked: str
    body: dict[str, Any] = field(default_factory=dict)
    query: str = ""
    unknown: str = "404 not_found"


PLACES = (
    Row("GET", C, "200", "200", "200"),
    Row("PATCH", C, "200", "200", "200", {"isPinned": True}),
    Row("PATCH", C, "200", "200", BLOCKED, {"markRead": True}),
    Row("PATCH", C, NOT_ALLOWED, "200", NOT_ALLOWED, {"title": "Mine"}),
    Row("PATCH", C, NOT_ALLOWED, "200", NOT_ALLOWED, {"status": "closed"}),
    Row("DELETE", C, "200", "200", "200"),
    Row("GET", f"{C}/participants", "200", "200", "200"),
    Row("POST", f"{C}/participants", NOT_ALLOWED, "200", NOT_ALLOWED, {"userIds": ["{u}"]}),
    Row("PATCH", f"{C}/participants/{{u}}", NOT_ALLOWED, "200", NOT_ALLOWED, {"memberRole": "admin"}),
    Row("DELETE", f"{C}/participants/{{u}}", NOT_ALLOWED, "200", NOT_ALLOWED),
    Row("POST", f"{C}/read", "200", "200", BLOCKED),
    Row("GET", f"{C}/receipts", "200", "200", "200"),
    Row("POST", f"{C}/typing", "200", "200", BLOCKED),
    Row("POST", f"{C}/actions", NOT_ALLOWED, NOT_ALLOWED, BLOCKED, {"action": "yes"}),
    Row("GET", f"{C}/export", "200", "200", "200"),
    Row("GET", f"{C}/messages", "200", "200", "200"),
    Row("POST", f"{C}/messages", "201", "201", BLOCKED, {"content": "Hi"}),
    Row("POST", f"{C}/messages", "201", "201", BLOCKED, {"content": "Hi", "clientNonce": "n"}),
    Row("PATCH", CM, "200", "200", BLOCKED, {"content": "Edited"}),
    Row("DELETE", CM, "200", "200", "200"),
    Row("POST", f"{CM}/react", "200", "200", BLOCKED, {"emoji": "👍"}),
    Row("GET", f"{CM}/history", "200", "200", "200"),
    Row("POST", f"{CM}/restore", NOT_ALLOWED, NOT_ALLOWED, NOT_ALLOWED),
    Row("POST", f"{CM}/preview/remove", "200", "200", "200"),
    Row("POST", f"{CM}/report", "201", "201", "201", {"reason": "spam"}),
    Row("PATCH", f"{M}/messages/{{m}}", "200", "200", BLOCKED, {"content": "Edited"}),
    Row("DELETE", f"{M}/messages/{{m}}", "200", "200", "200"),
    Row("POST", f"{M}/messages/{{m}}/reactions", "200", "200", BLOCKED, {"emoji": "👍"}),
    Row("GET", f"{M}/messages/{{m}}/history", "200", "200", "200"),
    Row("POST", f"{M}/messages/{{m}}/report", "201", "201", "201", {"reason": "spam"}),
    Row("POST", f"{C}/report", "201", "201", "201", {"reason": "spam"}),
    Row("GET", f"{M}/attachments/{{a}}", "200", "200", "200"),
    Row("GET", f"{M}/previews/{{p}}", "200", "200", "200"),
)  # fmt: skip

# routes with an id that is nobody's secret, or whose answer is the same for everything: what each gets for any id
OTHER_IDS = (
    Row("POST", f"{C}/flow", NOT_ALLOWED, NOT_ALLOWED, NOT_ALLOWED, {"flowState": "real_time"}),
    Row("GET", f"{M}/attachments/{{a}}/thumbnail", "404 not_found", "404 not_found", "404 not_found"),
    Row("DELETE", f"{M}/blocks/{{u}}", "200", "200", "200"),
    Row("GET", "v4/presence/{u}", "200", "200", "200"),
)

# what an id inside the body or the query names; `{c}` and `{m}` as above, in a conversation of one's own where none is
REFERENCES = (
    Row("POST", f"{M}/typing", "200", "200", BLOCKED, {"conversationId": "{c}"}),
    Row("POST", f"{C}/read", "200", "200", BLOCKED, {"upToMessageId": "{m}"}),
    Row(
        "POST",
        f"{C}/messages",
        "201",
        "201",
        BLOCKED,
        {"content": "Hi", "replyTo": "{m}"},
        unknown="400 validation_error",
    ),
    Row("GET", f"{M}/search", "200", "200", "200", query="?q=adam&conversationId={c}"),
)

# routes without an id: what everybody who is signed in gets; only `OPEN` lets others in
ALL_THEIR_OWN: dict[tuple[str, str], tuple[dict[str, Any], str]] = {
    ("PATCH", "v4/auth/me"): ({}, "200"),
    ("PATCH", "v1/auth/me"): ({}, "200"),
    ("POST", "v4/auth/password"): ({"current": "wrong", "new": "also wrong but long"}, "401 invalid_credentials"),
    ("GET", "v4/auth/sessions"): ({}, "200"),
    ("DELETE", "v4/auth/sessions/987654321"): ({}, "404 not_found"),
    ("GET", f"{M}/conversations"): ({}, "200"),
    ("POST", f"{M}/conversations"): ({"participantIds": [987654321]}, "400 unknown_participant"),
    ("POST", f"{M}/typing"): ({"conversationId": 987654321}, "404 not_found"),
    ("GET", f"{M}/unread"): ({}, "200"),
    ("GET", f"{M}/unread-count"): ({}, "200"),
    ("GET", f"{M}/limits"): ({}, "200"),
    ("GET", f"{M}/contacts"): ({}, "200"),
    ("GET", f"{M}/blocks"): ({}, "200"),
    ("POST", f"{M}/blocks"): ({"userId": 987654321}, "404 not_found"),
    ("POST", f"{M}/attachments"): ({}, "400 validation_error"),
    ("GET", f"{M}/search"): ({}, "400 validation_error"),
    ("POST", f"{M}/sync"): ({}, "200"),
    ("POST", "v4/me/export"): ({}, "202"),
    ("GET", "v4/me/export/987654321"): ({}, "404 not_found"),
    ("POST", "v4/me/erase"): ({}, "400 validation_error"),
    ("GET", "v4/presence"): ({}, "400 validation_error"),
    ("PUT", "v4/presence"): ({"status": "nonsense"}, "400 validation_error"),
}

OPEN = {
    ("GET", "v4/csrf-token"), ("GET", "v1/csrf-token"), ("GET", "csrf-token"), ("POST", "v4/auth/login"),
    ("POST", "v1/auth/login"), ("POST", "auth/login"), ("POST", "v4/auth/logout"), ("POST", "v1/auth/logout"),
    ("GET", "v4/auth/me"), ("GET", "v1/auth/me"), ("POST", "v4/auth/token"), ("POST", "v4/auth/token/refresh"),
    ("POST", "v4/auth/token/revoke"), ("GET", "v4/erasure/*"),
}  # fmt: skip

ADMIN_PREFIX = f"{M}/admin/"


@dataclass(frozen=True)
class EventRow:
    """One socket event: who gets what for something of their own."""

    event: str
    data: dict[str, Any]
    member: str
    owner: str
    blocked: str


EVENTS = (
    EventRow("messenger:v4:send", {"conversationId": "{c}", "content": "Hi"}, "ok", "ok", "cannot_message"),
    EventRow("messenger:v4:edit", {"messageId": "{m}", "content": "Edited"}, "ok", "ok", "cannot_message"),
    EventRow("messenger:v4:react", {"messageId": "{m}", "emoji": "👍"}, "ok", "ok", "cannot_message"),
    EventRow("messenger:v4:delete", {"messageId": "{m}"}, "ok", "ok", "ok"),
    EventRow("messenger:v4:read", {"conversationId": "{c}"}, "ok", "ok", "cannot_message"),
    EventRow("messenger:v4:delivered", {"conversationId": "{c}", "upToSeq": 1}, "ok", "ok", "cannot_message"),
    EventRow("messenger:v4:typing", {"conversationId": "{c}"}, "ok", "ok", "cannot_message"),
    EventRow("messenger:typing", {"conversationId": "{c}"}, "ok", "ok", "cannot_message"),
    EventRow("messenger:v4:join-conversation", {"conversationId": "{c}"}, "ok", "ok", "ok"),
    EventRow("messenger:v4:leave-conversation", {"conversationId": "{c}"}, "ok", "ok", "ok"),
)
WITHOUT_TARGET = {"messenger:v4:presence", "messenger:v4:sync"}
