"""The two statements around a batch of sends: what the rules need to know, and what is written.

Both take the whole batch as arrays, so that their number does not depend on its size. Only `services/sending.py`
uses them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from messenger.pg_text import int_array, integer, integers, moment, text, text_array, text_or_none
from messenger.round_trips import Asked, Row, exchange
from messenger.search_text import searchable, stemmer_of
from messenger.selectors.messages import attachment_of
from messenger.services.drafts import CleanDraft
from messenger.services.send_statements import GATE, GATE_PLAIN, LOCK, LOCK_FREE, STORE, STORE_PLAIN
from messenger.snapshots import AttachmentSnapshot, QuoteSnapshot


@dataclass(slots=True)
class LockedConversation:
    """A locked row with its counters, which the batch moves on."""

    id: int
    type: str
    status: str
    chat_status: str | None
    flow_state: str | None
    last_seq: int
    version: int
    countable_seq: int


@dataclass(frozen=True, slots=True)
class GateRow:
    """What the rules need to know of one draft whose sender has a seat."""

    seat_id: int
    history_from_seq: int
    sender_name: str
    sender_avatar: str
    sender_role: str
    tier: str
    locale: str
    is_active: bool
    suspended_until: datetime | None
    known_message_id: int | None
    known_fingerprint: str | None
    quote: QuoteSnapshot | None
    people: tuple[int, ...]
    blind_from: tuple[int, ...]
    revivable: tuple[int, ...]
    is_blocked: bool
    attachments: dict[int, AttachmentSnapshot]
    message_id: int
    sender_joined_at: datetime


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A draft that passed, with its numbers."""

    clean: CleanDraft
    gate: GateRow
    type: str
    seq: int
    version: int
    countable_seq: int


def lock_and_gate(
    drafts: Sequence[tuple[int, CleanDraft]], *, skip_locked: bool, meanwhile: Callable[[], None]
) -> tuple[dict[int, LockedConversation], dict[int, GateRow]]:
    """Lock the conversations in the order of their ids, then read what the rules need; one round trip.

    With `skip_locked`, conversations that somebody else holds are left out. Who has no seat gets no row.
    """
    ids = sorted({item.draft.conversation_id for _, item in drafts})
    is_plain = not any(item.draft.reply_to_id or item.draft.attachment_ids for _, item in drafts)
    locked, gates = exchange(
        Asked(LOCK_FREE if skip_locked else LOCK, [int_array(ids)]),
        Asked(
            GATE_PLAIN if is_plain else GATE,
            [
                int_array(index for index, _ in drafts),
                int_array(item.draft.sender_id for _, item in drafts),
                int_array(item.draft.conversation_id for _, item in drafts),
                text_array(item.draft.nonce for _, item in drafts),
                int_array(item.draft.reply_to_id for _, item in drafts),
                text_array(int_array(item.draft.attachment_ids) for _, item in drafts),
            ],
        ),
        meanwhile=meanwhile,
    )
    conversations = (_conversation(row) for row in locked)
    return {row.id: row for row in conversations}, {integer(row[0]): _gate_row(row) for row in gates}


def store(
    messages: Sequence[NewMessage],
    conversations: Sequence[tuple[LockedConversation, int]],
    seats: Sequence[tuple[int, int, bool]],
    now: datetime,
    *,
    and_commit: bool,
) -> list[tuple[int, int, int]]:
    """Write the batch: messages, files, the conversations' counters with their last message, and the seats.

    A seat is (id, own messages, comes back). Return (conversation, user, private version) of those that come back.
    """
    drafts = [item.clean.draft for item in messages]
    values = [
        int_array(item.gate.message_id for item in messages),
        int_array(draft.conversation_id for draft in drafts),
        int_array(item.seq for item in messages),
        int_array(item.version for item in messages),
        int_array(item.countable_seq for item in messages),
        int_array(draft.sender_id for draft in drafts),
        text_array(item.type for item in messages),
        text_array(item.clean.content for item in messages),
        int_array(item.gate.quote.id if item.gate.quote else None for item in messages),
        text_array(_json(item.clean.metadata) for item in messages),
        text_array(_json(item.clean.mentions) for item in messages),
        text_array(draft.nonce for draft in drafts),
        text_array(item.clean.fingerprint for item in messages),
        text_array(draft.door for draft in drafts),
        int_array(draft.sign_in_id for draft in drafts),
        text_array(int_array(draft.attachment_ids) for draft in drafts),
        text_array(stemmer_of(item.gate.locale) for item in messages),
        text_array(searchable(item.clean.content) for item in messages),
        int_array(row.id for row, _ in conversations),
        int_array(row.last_seq for row, _ in conversations),
        int_array(row.version for row, _ in conversations),
        int_array(row.countable_seq for row, _ in conversations),
        int_array(message_id for _, message_id in conversations),
        int_array(seat_id for seat_id, _, _ in seats),
        int_array(own for _, own, _ in seats),
        text_array("true" if revived else "false" for _, _, revived in seats),
        now.isoformat(),
    ]
    statement = STORE if any(draft.attachment_ids for draft in drafts) else STORE_PLAIN
    (rows,) = exchange(Asked(statement, values), and_commit=and_commit)
    return [(integer(row[0]), integer(row[1]), integer(row[2])) for row in rows if row[0] is not None]


def _conversation(row: Row) -> LockedConversation:
    return LockedConversation(
        id=integer(row[0]),
        type=text(row[1]),
        status=text(row[2]),
        chat_status=text_or_none(row[3]),
        flow_state=text_or_none(row[4]),
        last_seq=integer(row[5]),
        version=integer(row[6]),
        countable_seq=integer(row[7]),
    )


def _gate_row(row: Row) -> GateRow:
    files = msgspec.json.decode(row[22]) if row[22] else []
    return GateRow(
        seat_id=integer(row[1]),
        history_from_seq=integer(row[2]),
        sender_name=text(row[3]),
        sender_avatar=text(row[4]),
        sender_role=text(row[5]),
        tier=text(row[6]),
        locale=text(row[7]),
        is_active=row[8] == b"t",
        suspended_until=moment(row[9]) if row[9] else None,
        known_message_id=integer(row[10]) if row[10] else None,
        known_fingerprint=text_or_none(row[11]),
        quote=_quote(row) if row[12] else None,
        people=integers(row[18]),
        blind_from=integers(row[19]),
        revivable=integers(row[20]),
        is_blocked=row[21] == b"t",
        attachments={item[0]: attachment_of(item) for item in files},
        message_id=integer(row[23]),
        sender_joined_at=moment(row[24]),
    )


def _quote(row: Row) -> QuoteSnapshot:
    return QuoteSnapshot(
        id=integer(row[12]),
        seq=integer(row[13]),
        sender_id=integer(row[14]) if row[14] else None,
        sender_name=text(row[15]),
        content=text(row[16]),
        is_deleted=row[17] == b"t",
    )


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
