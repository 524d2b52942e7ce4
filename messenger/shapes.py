"""v4 JSON from snapshots: the one place where snake_case becomes camelCase. REST and sockets use the same functions.

A *body* is the same for all viewers and travels in events; a *shape* adds what is the viewer's own.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Protocol

from messenger.snapshots import (
    AttachmentSnapshot,
    MessageSnapshot,
    QuoteSnapshot,
    ReactionSnapshot,
)

Json = dict[str, Any]


class HasPointers(Protocol):
    """How far somebody has read and received: a seat, or its pointers alone."""

    @property
    def user_id(self) -> int: ...
    @property
    def last_read_seq(self) -> int: ...
    @property
    def last_read_at(self) -> datetime | None: ...
    @property
    def last_delivered_seq(self) -> int: ...
    @property
    def joined_seq(self) -> int: ...


SMALL_GROUP = 50
SUMMARY_USERS = 20


@lru_cache(maxsize=4096)
def iso(moment: datetime | None) -> str | None:
    """ISO 8601, UTC, milliseconds, `Z`; None stays None."""
    return None if moment is None else f"{moment.isoformat(timespec='milliseconds')[:23]}Z"


def message_body(message: MessageSnapshot, *, with_quote: bool = True) -> Json:
    """A message as every viewer may see it: no `status`, `readBy`, `reacted` or `clientNonce`.

    `with_quote=False` is for those whose history begins after the quoted message.
    """
    is_deleted = message.deleted_at is not None
    identifier = str(message.id)
    return {
        "_id": identifier,
        "id": identifier,
        "conversationId": str(message.conversation_id),
        "seq": message.seq,
        "version": message.version,
        "senderId": None if message.sender_id is None else str(message.sender_id),
        "senderName": message.sender_name,
        "senderAvatar": message.sender_avatar or None,
        "senderRole": message.sender_role,
        "content": "" if is_deleted else message.content,
        "type": message.type,
        "attachments": [] if is_deleted else [attachment_shape(item) for item in message.attachments],
        "replyTo": quote_shape(message.reply_to) if message.reply_to and with_quote and not is_deleted else None,
        "reactions": [] if is_deleted else [reaction_shape(item) for item in message.reactions],
        "reactionSummary": [] if is_deleted else reaction_summary(message.reactions),
        "mentions": [] if is_deleted else [str(user_id) for user_id in message.mentions],
        "isEdited": message.edited_at is not None and not is_deleted,
        "editedAt": None if is_deleted else iso(message.edited_at),
        "isDeleted": is_deleted,
        "deletedAt": iso(message.deleted_at),
        "linkPreview": None if is_deleted else message.link_preview,
        "metadata": {} if is_deleted else message.metadata,
        "createdAt": iso(message.created_at),
        "updatedAt": iso(message.updated_at),
    }


def message_shape(
    message: MessageSnapshot, *, viewer_id: int, seats: Sequence[HasPointers] = (), history_from_seq: int = 1
) -> Json:
    """A message for one viewer: with its delivery state, who read it, and the viewer's own marks.

    `seats` are the present participants; an empty sequence says that nobody has got it yet.
    """
    quote = message.reply_to
    body = message_body(message, with_quote=quote is None or quote.seq >= history_from_seq)
    if message.deleted_at is None and message.reactions:
        body["reactionSummary"] = reaction_summary(message.reactions, viewer_id=viewer_id)
    others = [s for s in seats if s.user_id != message.sender_id and s.joined_seq < message.seq]
    body["readBy"] = read_by(message, others) if len(seats) <= SMALL_GROUP else []
    if message.sender_id == viewer_id:
        body["status"] = delivery_status(message.seq, others)
        body["clientNonce"] = message.nonce
    else:
        body["status"] = (
            "read" if any(s.user_id == viewer_id and s.last_read_seq >= message.seq for s in seats) else "sent"
        )
    return body


def delivery_status(seq: int, others: Iterable[HasPointers]) -> str:
    """The furthest that every other participant who was in at the time has reached."""
    known = list(others)
    if not known:
        return "sent"
    if all(seat.last_read_seq >= seq for seat in known):
        return "read"
    return "delivered" if all(seat.last_delivered_seq >= seq for seat in known) else "sent"


def read_by(message: MessageSnapshot, others: Iterable[HasPointers]) -> list[Json]:
    """Who has read the message, and when their pointer last moved."""
    return [
        {"userId": str(seat.user_id), "readAt": iso(seat.last_read_at)}
        for seat in others
        if seat.last_read_seq >= message.seq
    ]


def attachment_shape(attachment: AttachmentSnapshot) -> Json:
    url = f"/api/v4/messenger/attachments/{attachment.id}"
    return {
        "id": str(attachment.id),
        "url": url,
        "filename": attachment.filename,
        "mimeType": attachment.mime_type,
        "size": attachment.size,
        "width": attachment.width,
        "height": attachment.height,
        "thumbnailUrl": f"{url}/thumbnail" if attachment.has_thumbnail else None,
    }


def quote_shape(quote: QuoteSnapshot) -> Json:
    identifier = str(quote.id)
    return {
        "_id": identifier,
        "messageId": identifier,
        "seq": quote.seq,
        "senderId": None if quote.sender_id is None else str(quote.sender_id),
        "senderName": quote.sender_name,
        "content": "" if quote.is_deleted else quote.content,
        "isDeleted": quote.is_deleted,
    }


def reaction_shape(reaction: ReactionSnapshot) -> Json:
    return {
        "emoji": reaction.emoji,
        "userId": str(reaction.user_id),
        "userName": reaction.user_name,
        "createdAt": iso(reaction.created_at),
    }


def reaction_summary(reactions: Iterable[ReactionSnapshot], *, viewer_id: int | None = None) -> list[Json]:
    """Each emoji with its count and its first 20 people; with a viewer, also whether they are among them."""
    people: dict[str, list[int]] = {}
    for reaction in reactions:
        people.setdefault(reaction.emoji, []).append(reaction.user_id)
    summary = []
    for emoji, users in people.items():
        entry: Json = {"emoji": emoji, "count": len(users), "users": [str(user) for user in users[:SUMMARY_USERS]]}
        if viewer_id is not None:
            entry["reacted"] = viewer_id in users
        summary.append(entry)
    return summary
