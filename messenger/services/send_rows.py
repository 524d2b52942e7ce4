"""The two statements around a batch of sends: what the rules need to know, and what is written.

Both take the whole batch, so that their number does not depend on its size. Only `services/sending.py` uses them.
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from msgspec import Struct

from messenger.pg_text import int_array, integer, integers, moment, text, text_or_none
from messenger.round_trips import Row, exchange
from messenger.search_text import searchable, stemmer_of
from messenger.selectors.messages import attachment_of
from messenger.services.drafts import CleanDraft, Draft
from messenger.services.send_statements import GATE, GATE_PLAIN, LOCK, LOCK_FREE, STORE, STORE_PLAIN
from messenger.snapshots import AttachmentSnapshot, QuoteSnapshot


class LockedConversation(Struct):
    """A locked row with its counters, which the batch moves on."""

    id: int
    type: str
    status: str
    chat_status: str | None
    flow_state: str | None
    last_seq: int
    version: int
    countable_seq: int


class GateRow(Struct, frozen=True):
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


class NewMessage(Struct, frozen=True):
    """A draft that passed, with its numbers."""

    clean: CleanDraft
    gate: GateRow
    type: str
    seq: int
    version: int
    countable_seq: int


class FilesTaken(Exception):
    """A file of the batch went with another message since the gate was asked."""


def lock_and_gate(
    drafts: Sequence[tuple[int, CleanDraft]], *, skip_locked: bool
) -> tuple[dict[int, LockedConversation], dict[int, GateRow]]:
    """Lock the conversations in the order of their ids, then read what the rules need; one round trip.

    With `skip_locked`, conversations that somebody else holds are left out. Who has no seat gets no row.
    """
    lock = LOCK_FREE if skip_locked else LOCK
    is_plain = not any(item.draft.reply_to_id or item.draft.attachment_ids for _, item in drafts)
    gate = GATE_PLAIN if is_plain else GATE
    ids = sorted({item.draft.conversation_id for _, item in drafts})
    questions = [_gate_question(index, item.draft) for index, item in drafts]
    locked, gates = exchange(lock.asked([(key,) for key in ids]), gate.asked(questions))
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
    A batch with files commits in a trip of its own, once it is sure that nobody else has sent one of them meanwhile.

    :raises FilesTaken: somebody has; the transaction can only be rolled back.
    """
    files = sum(len(item.clean.draft.attachment_ids) for item in messages)
    rows = [_message_row(item) for item in messages]
    positions = [(row.id, row.last_seq, row.version, row.countable_seq, last) for row, last in conversations]
    seat_rows = [(seat_id, own, str(revived)) for seat_id, own, revived in seats]
    store = STORE if files else STORE_PLAIN
    asked = store.asked(rows, positions, seat_rows, and_last=[now.isoformat()])
    (changed,) = exchange(asked, and_commit=and_commit and not files)
    if files and sum(integer(row[3]) for row in changed[:1]) != files:
        raise FilesTaken
    return [(integer(row[0]), integer(row[1]), integer(row[2])) for row in changed if row[0] is not None]


def _gate_question(index: int, draft: Draft) -> tuple[object, ...]:
    return (
        index,
        draft.sender_id,
        draft.conversation_id,
        draft.nonce,
        draft.reply_to_id,
        int_array(draft.attachment_ids),
    )


def _message_row(item: NewMessage) -> tuple[object, ...]:
    clean, gate = item.clean, item.gate
    draft = clean.draft
    return (
        gate.message_id,
        draft.conversation_id,
        item.seq,
        item.version,
        item.countable_seq,
        draft.sender_id,
        item.type,
        clean.content,
        gate.quote.id if gate.quote else None,
        _json(clean.metadata),
        _json(clean.mentions),
        draft.nonce,
        clean.fingerprint,
        draft.door,
        draft.sign_in_id,
        int_array(draft.attachment_ids),
        stemmer_of(gate.locale),
        searchable(clean.content),
    )


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
