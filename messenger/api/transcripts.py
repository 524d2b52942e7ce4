"""A conversation as a file: JSON, HTML or CSV, spelled in pieces while it is read."""

import csv
import io
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from messenger.conversation_shapes import conversation_shape
from messenger.message_shapes import messages_shape
from messenger.models import User
from messenger.selectors.conversations import Seen
from messenger.selectors.transcripts import transcript_of
from messenger.shapes import Json, iso

Pages = Iterator[list[Json]]

COLUMNS = (
    "seq",
    "id",
    "sentAt",
    "senderId",
    "senderName",
    "type",
    "content",
    "replyToSeq",
    "attachments",
    "reactions",
    "editedAt",
    "deletedAt",
)
# what spreadsheets take for the beginning of a formula, in full width too
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def transcript(*, user: User, seen: Seen, kind: str) -> Iterator[bytes]:
    """The pieces of the file: the caller's view of the conversation as it stands now.

    :raises NotFound: never; who is put out meanwhile gets a file that ends early, and in JSON and HTML says so.
    """
    conversation, _ = seen
    shape = conversation_shape(*seen, user)
    pages = transcript_of(user=user, conversation_id=conversation.id, up_to_seq=conversation.last_seq)
    return _SPELLED[kind](shape, (messages_shape(page, viewer_id=user.pk) for page in pages))


def _as_json(conversation: Json, pages: Pages) -> Iterator[bytes]:
    encode, last, comma = msgspec.json.encode, 0, b""
    yield b'{"success":true,"exportedAt":' + encode(iso(timezone.now())) + b',"conversation":' + encode(conversation)
    yield b',"messages":['
    for page in pages:
        for message in page:
            yield comma + b"\n" + encode(message)
            comma, last = b",", message["seq"]
    yield b'\n],"isComplete":' + encode(_is_complete(conversation, last)) + b"}\n"


def _as_html(conversation: Json, pages: Pages) -> Iterator[bytes]:
    last, shown = 0, {"conversation": conversation, "exported_at": timezone.now(), "title": _title_of(conversation)}
    yield render_to_string("messenger/export/head.html", shown).encode()
    for page in pages:
        yield render_to_string("messenger/export/messages.html", {"messages": page, "host": settings.BASE_URL}).encode()
        last = page[-1]["seq"]
    is_complete = _is_complete(conversation, last)
    yield render_to_string("messenger/export/foot.html", {"is_complete": is_complete}).encode()


def _as_csv(_conversation: Json, pages: Pages) -> Iterator[bytes]:
    yield b"\xef\xbb\xbf"  # without it spreadsheets read another charset
    yield _csv_lines([list(COLUMNS)])
    for page in pages:
        yield _csv_lines([[_cell(value) for value in _row(message)] for message in page])


def _row(message: Json) -> list[Any]:
    quote = message["replyTo"]
    return [
        message["seq"],
        message["id"],
        message["createdAt"],
        message["senderId"],
        message["senderName"],
        message["type"],
        message["content"],
        None if quote is None else quote["seq"],
        " ".join(f"{item['filename']} <{settings.BASE_URL}{item['url']}>" for item in message["attachments"]),
        " ".join(f"{item['emoji']} {item['userName']}" for item in message["reactions"]),
        message["editedAt"],
        message["deletedAt"],
    ]


def _cell(value: Any) -> Any:
    """Text that a spreadsheet would carry out gets an apostrophe in front, which it does not show."""
    if not isinstance(value, str) or not value.lstrip(" \u00a0\ufeff").startswith(_FORMULA):
        return value
    return f"'{value}"


def _csv_lines(rows: list[list[Any]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()


def _title_of(conversation: Json) -> str:
    names = [seat["displayName"] for seat in conversation["participants"]]
    return conversation["title"] or ", ".join(names)


def _is_complete(conversation: Json, last: int) -> bool:
    return bool(last >= conversation["lastSeq"] or conversation["historyFromSeq"] > conversation["lastSeq"])


_SPELLED: dict[str, Callable[[Json, Pages], Iterator[bytes]]] = {"json": _as_json, "html": _as_html, "csv": _as_csv}
KINDS = tuple(_SPELLED)
