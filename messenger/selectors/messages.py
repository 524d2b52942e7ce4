"""Messages read from the tables as snapshots, always set-based: one statement, however many messages."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection

from messenger.snapshots import AttachmentSnapshot, MessageSnapshot, QuoteSnapshot, ReactionSnapshot

_COLUMNS = """
    m.id, m.conversation_id, m.seq, m.version, m.sender_id,
    coalesce(u.display_name, CASE m.type WHEN 'automated' THEN 'Automated message' ELSE 'Deleted user' END),
    coalesce(u.avatar, ''), coalesce(u.role, 'customer'),
    m.content, m.type, m.created_at, m.updated_at, m.nonce, m.metadata, m.mentions, m.link_preview,
    m.edited_at, m.deleted_at,
    CASE WHEN r.id IS NULL THEN NULL ELSE jsonb_build_array(
        r.id, r.seq, r.sender_id,
        coalesce(ru.display_name, CASE r.type WHEN 'automated' THEN 'Automated message' ELSE 'Deleted user' END),
        CASE WHEN r.deleted_at IS NULL THEN left(r.content, 100) ELSE '' END, r.deleted_at IS NOT NULL) END,
    CASE WHEN m.has_attachments THEN (
        SELECT jsonb_agg(jsonb_build_array(a.id, a.filename, a.mime_type, a.size, a.width, a.height,
                                           a.thumbnail_name <> '') ORDER BY a.position, a.id)
        FROM messenger_attachment a WHERE a.message_id = m.id) END,
    CASE WHEN m.has_reactions THEN (
        SELECT jsonb_agg(jsonb_build_array(x.emoji, x.user_id, coalesce(xu.display_name, 'Deleted user'),
                                           x.created_at) ORDER BY x.created_at, x.id)
        FROM messenger_reaction x LEFT JOIN messenger_user xu ON xu.id = x.user_id WHERE x.message_id = m.id) END
"""
_JOINS = """
    LEFT JOIN messenger_user u ON u.id = m.sender_id
    LEFT JOIN messenger_message r ON r.id = m.reply_to_id
    LEFT JOIN messenger_user ru ON ru.id = r.sender_id
"""

Row = tuple[Any, ...]


def messages_by_ids(message_ids: Iterable[int]) -> dict[int, MessageSnapshot]:
    """The messages of these ids as they stand now; no check of who asks (see `access`)."""
    ids = list(message_ids)
    if not ids:
        return {}
    rows = _rows(f"FROM messenger_message m {_JOINS} WHERE m.id = ANY(%s)", [ids])
    return {row[0]: snapshot_of_row(row) for row in rows}


def messages_between(
    *, conversation_id: int, above: int = 0, below: int | None = None, limit: int, newest_first: bool
) -> list[MessageSnapshot]:
    """Messages with `above < seq < below`, at most `limit`, from the newest or the oldest end; oldest first."""
    order = "DESC" if newest_first else "ASC"
    upper = "AND m.seq < %s" if below is not None else ""
    parameters: list[Any] = [conversation_id, above]
    if below is not None:
        parameters.append(below)
    rows = _rows(
        f"FROM (SELECT * FROM messenger_message m WHERE m.conversation_id = %s AND m.seq > %s {upper} "
        f"ORDER BY m.seq {order} LIMIT %s) m {_JOINS} ORDER BY m.seq",
        [*parameters, limit],
    )
    return [snapshot_of_row(row) for row in rows]


def messages_by_version(wanted: Sequence[tuple[int, int, int]], *, limit: int) -> list[MessageSnapshot]:
    """Messages changed after a version, for several conversations in one statement.

    `wanted` holds (conversation id, after version, from seq); the answer is ordered by conversation id, then version,
    and holds at most `limit` messages. One that has changed since the caller read the version comes as it is now.
    """
    if not wanted:
        return []
    ids, after, from_seq = (list(column) for column in zip(*wanted, strict=True))
    rows = _rows(
        "FROM (SELECT m.* FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) "
        "AS w(conversation_id, after_version, from_seq) "
        "JOIN messenger_message m ON m.conversation_id = w.conversation_id AND m.version > w.after_version "
        "AND m.seq >= w.from_seq "
        f"ORDER BY m.conversation_id, m.version LIMIT %s) m {_JOINS} ORDER BY m.conversation_id, m.version",
        [ids, after, from_seq, limit],
    )
    return [snapshot_of_row(row) for row in rows]


def newest_of_each(wanted: Sequence[tuple[int, int]], *, limit: int) -> list[MessageSnapshot]:
    """The newest `limit` messages of each (conversation id, from seq), ordered by conversation id, then `seq`."""
    if not wanted:
        return []
    ids, from_seq = (list(column) for column in zip(*wanted, strict=True))
    rows = _rows(
        "FROM (SELECT n.* FROM unnest(%s::bigint[], %s::bigint[]) AS w(conversation_id, from_seq) "
        "CROSS JOIN LATERAL (SELECT * FROM messenger_message m WHERE m.conversation_id = w.conversation_id "
        f"AND m.seq >= w.from_seq ORDER BY m.seq DESC LIMIT %s) n) m {_JOINS} ORDER BY m.conversation_id, m.seq",
        [ids, from_seq, limit],
    )
    return [snapshot_of_row(row) for row in rows]


def snapshot_of_row(row: Row) -> MessageSnapshot:
    """One row of this module's columns as a snapshot."""
    reply, attachments, reactions = _decoded(row[18]), _decoded(row[19]), _decoded(row[20])
    return MessageSnapshot(
        id=row[0],
        conversation_id=row[1],
        seq=row[2],
        version=row[3],
        sender_id=row[4],
        sender_name=row[5],
        sender_avatar=row[6],
        sender_role=row[7],
        content=row[8],
        type=row[9],
        created_at=row[10],
        updated_at=row[11],
        nonce=row[12],
        metadata=_decoded(row[13]),
        mentions=tuple(_decoded(row[14]) or ()),
        link_preview=_decoded(row[15]),
        edited_at=row[16],
        deleted_at=row[17],
        reply_to=_quote_of(reply) if reply else None,
        attachments=tuple(attachment_of(item) for item in attachments or ()),
        reactions=tuple(_reaction_of(item) for item in reactions or ()),
    )


def attachment_of(item: Sequence[Any]) -> AttachmentSnapshot:
    """An attachment from the JSON array that SQL builds of it."""
    identifier, filename, mime_type, size, width, height, has_thumbnail = item
    return AttachmentSnapshot(
        id=identifier,
        filename=filename,
        mime_type=mime_type,
        size=size,
        width=width,
        height=height,
        has_thumbnail=has_thumbnail,
    )


def _quote_of(item: Sequence[Any]) -> QuoteSnapshot:
    identifier, seq, sender_id, sender_name, content, is_deleted = item
    return QuoteSnapshot(
        id=identifier, seq=seq, sender_id=sender_id, sender_name=sender_name, content=content, is_deleted=is_deleted
    )


def _reaction_of(item: Sequence[Any]) -> ReactionSnapshot:
    emoji, user_id, user_name, created_at = item
    return ReactionSnapshot(
        emoji=emoji, user_id=user_id, user_name=user_name, created_at=datetime.fromisoformat(created_at)
    )


def _decoded(value: str | None) -> Any:
    # Django reads jsonb as text, so that its own JSONField can decode it
    return None if value is None else msgspec.json.decode(value)


def _rows(clause: str, parameters: Sequence[Any]) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_COLUMNS} {clause}", parameters)
        rows: list[Row] = cursor.fetchall()
    return rows
