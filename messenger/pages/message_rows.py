"""A conversation's messages for the first view, made of v4 shapes; the script takes the rows over as they stand."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo

from django.utils import timezone
from django.utils.translation import gettext as _

from messenger.pages.faces import hue_of, initials_of
from messenger.pages.times import clock_time, day_label
from messenger.shapes import Json

_GROUPED_WITHIN = timedelta(minutes=5)
_LONGEST_SIDE_PX = 320
_ICONS = {"sent": "sent", "delivered": "seen", "read": "seen"}


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRow:
    """Plain values for templates/messenger/partials/message.html; all empty in the script's template."""

    key: str = ""
    id: str = ""
    seq: int = 0
    nonce: str = ""
    sender_id: str = ""
    sender_name: str = ""
    initials: str = ""
    hue: str = "0"
    side: str = "received"
    state: str = "sent"
    state_label: str = ""
    state_icon: str = "sent"
    text: str = ""
    quote: Json | None = None
    is_edited: bool = False
    is_deleted: bool = False
    is_grouped: bool = False
    time: str = ""
    time_label: str = ""
    reactions: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing in the list of messages: a day, the line above what is unread, or a message."""

    day: str = ""
    day_label: str = ""
    is_divider: bool = False
    message: MessageRow | None = None


def entries_of(messages: Sequence[Json], *, viewer_id: str, unread_from_seq: int, zone: tzinfo) -> Iterator[Entry]:
    """The messages in order, with day separators and the unread divider (`unread_from_seq` 0: none)."""
    today = timezone.now().astimezone(zone).date()
    day: date | None = None
    is_divided = unread_from_seq == 0
    before: Json | None = None
    for message in messages:
        at = datetime.fromisoformat(message["createdAt"]).astimezone(zone)
        if is_new_day := at.date() != day:
            day = at.date()
            yield Entry(day=day.isoformat(), day_label=day_label(day, today=today))
        if divides := not is_divided and message["seq"] >= unread_from_seq:
            is_divided = True
            yield Entry(is_divider=True)
        is_grouped = not is_new_day and not divides and before is not None and _belongs_to(before, message)
        yield Entry(message=_row_of(message, viewer_id=viewer_id, at=at, is_grouped=is_grouped))
        before = message


def first_unread_of(conversation: Json, messages: Sequence[Json], *, viewer_id: str) -> int:
    """The `seq` of the first of these messages by somebody else that the viewer has not read; 0 where all is read."""
    if not conversation["unreadCount"]:
        return 0
    unread = (m["seq"] for m in messages if m["seq"] > conversation["lastReadSeq"] and m["type"] != "system")
    others = {m["seq"] for m in messages if m["senderId"] != viewer_id}
    return next((seq for seq in unread if seq in others), 0)


def _belongs_to(before: Json, message: Json) -> bool:
    if before["senderId"] != message["senderId"] or "system" in (before["type"], message["type"]):
        return False
    between = datetime.fromisoformat(message["createdAt"]) - datetime.fromisoformat(before["createdAt"])
    return between < _GROUPED_WITHIN


def _row_of(message: Json, *, viewer_id: str, at: datetime, is_grouped: bool) -> MessageRow:
    is_own = message["senderId"] == viewer_id
    is_system = message["type"] == "system"
    shows_state = is_own and not is_system and not message["isDeleted"]
    return MessageRow(
        key=message.get("clientNonce") or message["id"],
        id=message["id"],
        seq=message["seq"],
        nonce=message.get("clientNonce") or "",
        sender_id=message["senderId"] or "",
        sender_name=message["senderName"],
        initials=initials_of(message["senderName"]),
        hue=hue_of(message["senderId"]),
        side="system" if is_system else "sent" if is_own else "received",
        state=message["status"],
        state_label=_state_label(message["status"]) if shows_state else "",
        state_icon=_ICONS[message["status"]],
        text=_("Message deleted") if message["isDeleted"] else message["content"],
        quote=_quote_of(message),
        is_edited=message["isEdited"],
        is_deleted=message["isDeleted"],
        is_grouped=is_grouped,
        time=message["createdAt"],
        time_label=clock_time(at),
        reactions=message["reactionSummary"],
        attachments=[_with_shown_size(file) for file in message["attachments"]],
    )


def _with_shown_size(file: Json) -> Json:
    """The file with the place that it takes as a picture, before it is there."""
    if not file["width"] or not file["height"]:
        return file
    scale = min(1, _LONGEST_SIDE_PX / max(file["width"], file["height"]))
    return {**file, "shown_width": round(file["width"] * scale), "shown_height": round(file["height"] * scale)}


def _quote_of(message: Json) -> Json | None:
    quoted = message["replyTo"]
    if quoted is None:
        return None
    text = _("Message deleted") if quoted["isDeleted"] else quoted["content"] or _("File")
    return {"id": quoted["messageId"], "name": quoted["senderName"], "text": text}


def _state_label(status: str) -> str:
    return {"sent": _("Sent"), "delivered": _("Delivered"), "read": _("Read")}[status]
