"""Bad input as data: what no field takes, which fields there are, and what no query string may say."""

from dataclasses import dataclass
from typing import Any

M = "/api/v4/messenger"

WRONG: dict[str, Any] = {
    "a fraction": 1.5,
    "a number beyond all ids": 2**63,
    "a negative number": -1,
    "true": True,
    "a list": ["x"],
    "a list of lists": [[1]],
    "an object": {"a": {"b": [1]}},
    "a NUL": "a\0b",
    "a lone surrogate": "a\ud800b",
    "a bell": "a\x07b",
    "10,001 characters": "x" * 10_001,
    "5,000 digits": "9" * 5_000,
    "blanks": " \n ",
    "an object with a NUL": {"a": "\0"},
    "a deep object": {"a": {"a": {"a": {"a": {"a": {"a": {"a": {"a": {"a": {"a": "x" * 5_000}}}}}}}}}},
}

# what of WRONG a field of that kind takes after all
TAKES: dict[str, frozenset[str]] = {
    "id": frozenset(),
    "ids": frozenset(),
    "integer": frozenset(),
    "choice": frozenset(),
    "emoji": frozenset(),
    "moment": frozenset(),
    "flag": frozenset({"true"}),
    "text": frozenset({"5,000 digits"}),
    "optional text": frozenset({"5,000 digits", "blanks"}),
    "line": frozenset({"blanks"}),
    "secret": frozenset({"a bell", "blanks"}),
    "object": frozenset({"an object"}),
    "structure": frozenset(),
    "path": frozenset(),
    "cursor": frozenset(),
}


@dataclass(frozen=True)
class Route:
    """A route with a body, and of which kind each of its fields is. `good` is a body that is taken."""

    method: str
    path: str
    fields: dict[str, str]
    good: dict[str, Any]


_REPORT = {"reason": "choice", "details": "optional text"}

ROUTES = (
    Route(
        "POST",
        f"{M}/conversations",
        {
            "participantIds": "ids", "recipientId": "id", "type": "choice", "title": "line", "avatar": "path",
            "context": "structure", "metadata": "object", "message": "text", "clientNonce": "secret",
        },
        {"participantIds": ["{u}"]},
    ),
    Route(
        "PATCH",
        f"{M}/conversations/{{c}}",
        {
            "isPinned": "flag", "isMuted": "flag", "mutedUntil": "moment", "isArchived": "flag", "markRead": "flag",
            "markUnread": "flag", "notify": "choice", "draft": "structure", "title": "line", "avatar": "path",
            "metadata": "object", "status": "choice",
        },
        {},
    ),
    Route("POST", f"{M}/conversations/{{c}}/participants", {"userIds": "ids", "shareHistory": "flag"}, {"userIds": []}),
    Route("PATCH", f"{M}/conversations/{{c}}/participants/{{u}}", {"memberRole": "choice"}, {}),
    Route("POST", f"{M}/conversations/{{c}}/read", {"upToSeq": "integer", "upToMessageId": "id"}, {}),
    Route("POST", f"{M}/conversations/{{c}}/typing", {"isTyping": "flag"}, {}),
    Route("POST", f"{M}/typing", {"conversationId": "id", "isTyping": "flag"}, {"conversationId": "{c}"}),
    Route("POST", f"{M}/conversations/{{c}}/actions", {"action": "choice", "data": "structure"}, {"action": "x"}),
    Route(
        "POST",
        f"{M}/conversations/{{c}}/messages",
        {
            "content": "text", "type": "choice", "replyTo": "id", "attachmentIds": "ids", "clientNonce": "secret",
            "metadata": "object",
        },
        {"content": "Hello"},
    ),
    Route("PATCH", f"{M}/conversations/{{c}}/messages/{{m}}", {"content": "text"}, {}),
    Route("PATCH", f"{M}/messages/{{m}}", {"content": "text"}, {}),
    Route("POST", f"{M}/conversations/{{c}}/messages/{{m}}/react", {"emoji": "emoji", "on": "flag"}, {"emoji": "👍"}),
    Route("POST", f"{M}/messages/{{m}}/reactions", {"emoji": "emoji", "on": "flag"}, {"emoji": "👍"}),
    Route("POST", f"{M}/messages/{{m}}/report", _REPORT, {"reason": "spam"}),
    Route("POST", f"{M}/conversations/{{c}}/report", _REPORT, {"reason": "spam"}),
    Route("POST", f"{M}/blocks", {"userId": "id", "reason": "line"}, {"userId": "{u}"}),
    Route(
        "POST",
        f"{M}/sync",
        {"conversations": "structure", "only": "ids", "cursor": "cursor", "limit": "integer", "epoch": "secret"},
        {},
    ),
    Route(
        "PATCH",
        "/api/v4/auth/me",
        {"displayName": "text", "avatar": "path", "locale": "choice", "timezone": "choice", "presenceVisible": "flag"},
        {},
    ),
    Route("PUT", "/api/v4/presence", {"status": "choice", "statusText": "line"}, {"status": "online"}),
    Route("POST", "/api/v4/auth/password", {"current": "secret", "new": "secret"}, {"current": "x", "new": "y"}),
    Route("POST", "/api/v4/auth/token/refresh", {"refresh": "choice"}, {"refresh": "x"}),
    Route("POST", "/api/v4/auth/token/revoke", {"refresh": "choice"}, {"refresh": "x"}),
)  # fmt: skip

_C = f"{M}/conversations/{{c}}"
_NUMBERS = ("-5", "0", "abc", "1e3", "1.0", "9" * 5_000, "%D9%A3", "%00", "%ff", "-", "+1", "0x10")
_CURSORS = ("x", "x" * 5_000, "%00", "%ff%fe", "eyJ9.e30", "{foreign}", "{other}", "..", "W10.W10", "%F0%9F%98%80")
_ANCHORS = ("abc", "seq:", "seq:-1", "seq:x", "seq:" + "9" * 30, "%00", "-1", "0", "1.5", "987654321", "{foreign_m}")

QUERIES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (f"{M}/conversations", "limit", _NUMBERS),
    (f"{M}/conversations", "cursor", _CURSORS),
    (f"{M}/conversations", "skip", tuple(value for value in _NUMBERS if value != "0")),
    (f"{M}/conversations", "unread", ("maybe", "2", "%00", "[]", "yes")),
    (f"{M}/conversations", "pinned", ("maybe", "-1")),
    (f"{M}/conversations", "archived", ("maybe", "null")),
    (f"{M}/conversations", "status", ("nonsense", "ACTIVE", "%00", "x" * 5_000)),
    (f"{M}/conversations", "type", ("nonsense", "direct,group", "%00")),
    (f"{M}/conversations", "context", ("nonsense", ":1", "%00", "x" * 5_000)),
    (f"{M}/conversations", "search", ("%00", "x" * 5_000, "%07")),
    (f"{_C}/messages", "limit", _NUMBERS),
    (f"{_C}/messages", "cursor", _CURSORS),
    (f"{_C}/messages", "before", _ANCHORS),
    (f"{_C}/messages", "after", _ANCHORS),
    (f"{_C}/messages", "around", _ANCHORS),
    (f"{_C}/receipts", "seq", (*_NUMBERS, "999")),
    (f"{M}/contacts", "limit", _NUMBERS),
    (f"{M}/contacts", "q", ("%00", "x" * 5_000, "%07")),
    (f"{M}/contacts", "role", ("nonsense", "%00", "admin,customer")),
    (f"{M}/search", "q", ("", "x", "%00", "x" * 5_000)),
    ("/api/v4/presence", "userIds", ("", "x", "1,,x", "-1", "9" * 30, "%00", ",".join(["1"] * 201))),
)
