"""Conversations read as snapshots, always set-based: one statement, however many conversations.

Nothing is counted here: unread is arithmetic on the seat's numbers (see `Participant`). JSON columns are read as
`json`, since Django hands `jsonb` over as text.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, cast

from django.db import connection

from messenger.errors import NotFound
from messenger.models import User
from messenger.selectors.gates import FLOW_TYPES, blocked_sql
from messenger.snapshots import (
    ContextSnapshot,
    ConversationSnapshot,
    FlowSnapshot,
    LastMessageSnapshot,
    OwnSeatSnapshot,
    SeatSnapshot,
)

Row = tuple[Any, ...]
Seen = tuple[ConversationSnapshot, OwnSeatSnapshot]

_SHARED = """
    c.id, c.type, c.title, c.avatar, c.status,
    c.context_type, c.context_reference, c.context_title, c.context_image, c.context_url,
    c.flow_state, c.chat_status, c.awaiting_role, c.current_action_data::json, c.metadata::json,
    c.participant_count, c.last_seq, c.version, c.last_activity_at, c.created_at, c.updated_at,
    coalesce(s.pointers, 0), s.shown,
    CASE WHEN m.id IS NULL THEN NULL ELSE json_build_array(
        m.id, m.seq, CASE WHEN m.deleted_at IS NULL THEN left(m.content, 100) ELSE '' END, m.sender_id,
        coalesce(mu.display_name, CASE m.type WHEN 'automated' THEN 'Automated message' ELSE 'Deleted user' END),
        m.type, m.created_at, m.deleted_at IS NOT NULL) END
"""
_OWN = f"""
    o.user_id, o.member_role, o.history_from_seq, o.private_version, o.last_read_seq,
    greatest(0, c.countable_seq - o.read_countable - o.own_above - o.deleted_above),
    o.is_pinned, o.is_muted AND (o.muted_until IS NULL OR o.muted_until > now()), o.muted_until,
    o.is_archived, o.marked_unread, o.notify, o.draft::json,
    {blocked_sql(kind="c.type", people="s.first_three", person="o.user_id")}, o.widened_version
"""
_SEATS = """
    CROSS JOIN LATERAL (
        SELECT sum(r.last_read_seq + r.last_delivered_seq)::bigint AS pointers,
               json_agg(json_build_array(r.user_id, r.display_name, r.avatar, r.role, r.member_role, r.last_read_seq,
                                         r.last_read_at, r.last_delivered_seq, r.joined_seq) ORDER BY r.id)
               FILTER (WHERE r.place <= 50) AS shown,
               array_agg(r.user_id) FILTER (WHERE r.place <= 3) AS first_three
        FROM (SELECT p.*, u.display_name, u.avatar, u.role,
                     row_number() OVER (ORDER BY (p.user_id = {viewer}) DESC NULLS LAST, p.id) AS place
              FROM messenger_participant p JOIN messenger_user u ON u.id = p.user_id
              WHERE p.conversation_id = c.id AND p.left_at IS NULL) r) s
"""
_FOR_VIEWER = f"""
    SELECT {_SHARED}, {_OWN}
    FROM unnest(%s::bigint[]) WITH ORDINALITY AS wanted(id, place)
    JOIN messenger_conversation c ON c.id = wanted.id
    JOIN messenger_participant o ON o.conversation_id = c.id AND o.user_id = %s::bigint AND o.left_at IS NULL
    LEFT JOIN messenger_message m ON m.id = c.last_message_id AND m.seq >= o.history_from_seq
    LEFT JOIN messenger_user mu ON mu.id = m.sender_id
    {_SEATS.format(viewer="o.user_id")}
    WHERE %s::boolean OR NOT o.is_hidden
    ORDER BY wanted.place
"""
_FOR_ALL = f"""
    SELECT {_SHARED}
    FROM messenger_conversation c
    LEFT JOIN messenger_message m ON m.id = c.last_message_id
    LEFT JOIN messenger_user mu ON mu.id = m.sender_id
    {_SEATS.format(viewer="NULL::bigint")}
    WHERE c.id = ANY(%s::bigint[])
"""
_OWN_AT = 24


def conversation_snapshots(*, ids: Sequence[int], viewer_id: int, with_hidden: bool = False) -> list[Seen]:
    """The viewer's conversations of these ids, each with what is the viewer's own, in the order of `ids`.

    Unknown, foreign and former ones are left out; those that the viewer deleted for themselves too, unless
    `with_hidden`. A last message from before the viewer's history is None. One statement.
    """
    if not ids:
        return []
    rows = _rows(_FOR_VIEWER, [list(ids), viewer_id, with_hidden])
    return [(_conversation_of(row), _own_seat_of(row[_OWN_AT:])) for row in rows]


def conversation_seen_by(*, user: User, conversation_id: int) -> Seen:
    """One conversation, also where the user deleted it for themselves.

    :raises NotFound: the user takes no part in it.
    """
    seen = conversation_snapshots(ids=[conversation_id], viewer_id=user.pk, with_hidden=True)
    if not seen:
        raise NotFound
    return seen[0]


def shared_snapshots(*, ids: Iterable[int]) -> dict[int, ConversationSnapshot]:
    """What all participants of these conversations share, for events; no check of who asks (see `access`)."""
    wanted = list(ids)
    return {row[0]: _conversation_of(row) for row in _rows(_FOR_ALL, [wanted])} if wanted else {}


def _conversation_of(row: Row) -> ConversationSnapshot:
    return ConversationSnapshot(
        id=row[0],
        type=row[1],
        title=row[2],
        avatar=row[3],
        status=row[4],
        context=_context_of(row[5:10]),
        flow=_flow_of(row[10:14]) if row[1] in FLOW_TYPES else None,
        metadata=row[14],
        participant_count=row[15],
        last_seq=row[16],
        version=row[17],
        last_activity_at=row[18],
        created_at=row[19],
        updated_at=row[20],
        pointer_sum=row[21],
        seats=tuple(_seat_of(item) for item in row[22] or ()),
        last_message=_last_message_of(row[23]) if row[23] else None,
    )


def _context_of(columns: Row) -> ContextSnapshot | None:
    kind, reference_id, title, image, url = columns
    if not kind:
        return None
    return ContextSnapshot(type=kind, reference_id=reference_id, title=title, image=image, url=url)


def _flow_of(columns: Row) -> FlowSnapshot:
    flow_state, chat_status, awaiting_role, current_action_data = columns
    return FlowSnapshot(
        flow_state=flow_state,
        chat_status=chat_status,
        awaiting_role=awaiting_role,
        current_action_data=current_action_data,
    )


def _seat_of(item: Sequence[Any]) -> SeatSnapshot:
    return SeatSnapshot(
        user_id=item[0],
        display_name=item[1],
        avatar=item[2],
        role=item[3],
        member_role=item[4],
        last_read_seq=item[5],
        last_read_at=datetime.fromisoformat(item[6]) if item[6] else None,
        last_delivered_seq=item[7],
        joined_seq=item[8],
    )


def _last_message_of(item: Sequence[Any]) -> LastMessageSnapshot:
    identifier, seq, content, sender_id, sender_name, kind, created_at, is_deleted = item
    return LastMessageSnapshot(
        id=identifier,
        seq=seq,
        content=content,
        sender_id=sender_id,
        sender_name=sender_name,
        type=kind,
        created_at=datetime.fromisoformat(created_at),
        is_deleted=is_deleted,
    )


def _own_seat_of(columns: Row) -> OwnSeatSnapshot:
    return OwnSeatSnapshot(
        user_id=columns[0],
        member_role=columns[1],
        history_from_seq=columns[2],
        private_version=columns[3],
        last_read_seq=columns[4],
        unread_count=columns[5],
        is_pinned=columns[6],
        is_muted=columns[7],
        muted_until=columns[8],
        is_archived=columns[9],
        marked_unread=columns[10],
        notify=columns[11],
        draft=columns[12],
        is_blocked=columns[13],
        widened_version=columns[14],
    )


def _rows(statement: str, parameters: Sequence[Any]) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cast("list[Row]", cursor.fetchall())
