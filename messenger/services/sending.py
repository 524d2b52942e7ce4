"""Sending: the one place where messages are numbered, checked and stored. Set-based (ARCHITECTURE, section 5).

A batch costs a constant number of statements, each draft succeeds or fails on its own, and nothing is acknowledged
before its commit.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone
from msgspec import Struct
from msgspec.structs import replace

from messenger import bus
from messenger.errors import (
    FileTooLarge,
    Locked,
    MessengerError,
    NonceReused,
    NotFound,
    Unauthenticated,
    ValidationFailed,
)
from messenger.selectors.gates import is_between_two, refusal_of
from messenger.selectors.messages import messages_by_ids
from messenger.services import send_rows, spam
from messenger.services.drafts import MAX_MENTIONS, MAX_TOTAL_BYTES, CleanDraft, Draft, clean
from messenger.services.send_events import revived_event, sent_event, snapshot_of
from messenger.services.send_limits import Passed, SendCharges
from messenger.services.send_rows import GateRow, LockedConversation, NewMessage
from messenger.snapshots import MessageSnapshot

WIPED = ""  # the fingerprint of what was wiped: only its nonce still tells that it was sent


class Sent(Struct, frozen=True):
    """A stored message; `is_new` is False where a repeated nonce found the first one."""

    message: MessageSnapshot
    is_new: bool


Outcome = Sent | MessengerError


def send_message(draft: Draft) -> Sent:
    """Store one message and tell the conversation: a batch of one.

    A repeated nonce of the same sender in the same conversation gives the first message as it now stands.

    :raises MessengerError: the reason why it was refused; nothing was stored or published.
    """
    (outcome,) = send_messages([draft])
    if isinstance(outcome, MessengerError):
        raise outcome
    return outcome


def send_messages(drafts: Sequence[Draft], *, skip_locked: bool = False) -> list[Outcome]:
    """Store what may be stored of a batch, in its order, in one transaction; answer for each draft.

    With `skip_locked`, a draft whose conversation is locked elsewhere answers `Locked` instead of waiting.
    Statements: lock, gate, store, and one more where a nonce repeats.
    """
    outcomes: list[Outcome | None] = [None] * len(drafts)
    cleaned: list[tuple[int, CleanDraft]] = []
    for index, draft in enumerate(drafts):
        try:
            cleaned.append((index, clean(draft)))
        except ValidationFailed as refusal:
            outcomes[index] = refusal
    if cleaned:
        try:
            _carry_out(cleaned, outcomes, skip_locked=skip_locked)
        except send_rows.FilesTaken:  # now the gate sees where it went
            _carry_out(cleaned, outcomes, skip_locked=skip_locked)
    return [outcome if outcome is not None else NotFound() for outcome in outcomes]


def _carry_out(cleaned: list[tuple[int, CleanDraft]], outcomes: list[Outcome | None], *, skip_locked: bool) -> None:
    is_whole = not connection.in_atomic_block
    with transaction.atomic():
        _Batch(cleaned, outcomes, skip_locked=skip_locked, is_whole=is_whole).run()


class _Batch:
    """One transaction's worth of drafts on their way from check to row; where it `is_whole`, storing commits it."""

    def __init__(
        self,
        cleaned: list[tuple[int, CleanDraft]],
        outcomes: list[Outcome | None],
        *,
        skip_locked: bool,
        is_whole: bool,
    ) -> None:
        self.cleaned = cleaned
        self.outcomes = outcomes
        self.skip_locked = skip_locked
        self.is_whole = is_whole
        self.now = timezone.now()
        self.accepted: list[tuple[int, NewMessage]] = []
        self.known: dict[int, int] = {}
        self.doubles: dict[int, int] = {}
        self.firsts: dict[tuple[int, int, str], int] = {}
        self.files: set[int] = set()

    def run(self) -> None:
        charges = SendCharges([(index, item.draft.sender_id) for index, item in self.cleaned])
        try:
            self.conversations, self.gates = send_rows.lock_and_gate(self.cleaned, skip_locked=self.skip_locked)
        except BaseException:
            charges.settle([])
            raise
        passed = [(index, item) for index, item in self.cleaned if self._passes(index, item)]
        for index, item in self._within_limits(self._unlike_spam(passed), charges):
            self._number(index, item)
        self._answer_known()
        if self.accepted:
            self._store()
        self._answer_doubles()

    def _passes(self, index: int, item: CleanDraft) -> bool:
        """Whether the draft may be stored; else its outcome is set, or it is noted as a repeat."""
        gate = self.gates.get(index)
        conversation = self.conversations.get(item.draft.conversation_id)
        if gate is None:
            self.outcomes[index] = NotFound()
            return False
        if conversation is None:
            self.outcomes[index] = Locked()
            return False
        if gate.known_message_id is not None:
            if gate.known_fingerprint in (item.fingerprint, WIPED):
                self.known[index] = gate.known_message_id
            else:
                self.outcomes[index] = NonceReused()
            return False
        refusal = _refusal(item, gate, conversation, self.now)
        if refusal is not None:
            self.outcomes[index] = refusal
            return False
        return self._is_first_of_its_nonce(index, item)

    def _is_first_of_its_nonce(self, index: int, item: CleanDraft) -> bool:
        """Of two drafts with one nonce in the same batch, the second waits for the first's row."""
        draft = item.draft
        if draft.nonce is None:
            return True
        first = self.firsts.setdefault((draft.conversation_id, draft.sender_id, draft.nonce), index)
        if first != index:
            self.doubles[index] = first
        return first == index

    def _unlike_spam(self, passed: list[tuple[int, CleanDraft]]) -> list[tuple[int, CleanDraft]]:
        """Leave out what looks like spam; its sender is shown why."""
        suspects = [(item, self.gates[index]) for index, item in passed]
        return self._without_refused(passed, spam.refusals_of(suspects, now=self.now))

    def _within_limits(
        self, passed: list[tuple[int, CleanDraft]], charges: SendCharges
    ) -> list[tuple[int, CleanDraft]]:
        """Charge the senders' tiers for what passed the rules; who is over the limit is refused."""
        demands = [Passed(index, item.draft.sender_id, self.gates[index].tier) for index, item in passed]
        return self._without_refused(passed, charges.settle(demands))

    def _without_refused(
        self, passed: list[tuple[int, CleanDraft]], refusals: Sequence[MessengerError | None]
    ) -> list[tuple[int, CleanDraft]]:
        left = []
        for (index, item), refusal in zip(passed, refusals, strict=True):
            if refusal is None:
                left.append((index, item))
            else:
                self.outcomes[index] = refusal
        return left

    def _number(self, index: int, item: CleanDraft) -> None:
        conversation, gate = self.conversations[item.draft.conversation_id], self.gates[index]
        if not self.files.isdisjoint(item.draft.attachment_ids):
            self.outcomes[index] = _no_such_file()
            return
        self.files.update(item.draft.attachment_ids)
        conversation.last_seq += 1
        conversation.version += 1
        conversation.countable_seq += 1
        files = [gate.attachments[key] for key in item.draft.attachment_ids]
        message = NewMessage(
            clean=replace(item, mentions=tuple(p for p in item.mentions if p in gate.people)[:MAX_MENTIONS]),
            gate=gate,
            type=_type_of(item.draft, [file.mime_type for file in files]),
            seq=conversation.last_seq,
            version=conversation.version,
            countable_seq=conversation.countable_seq,
        )
        self.accepted.append((index, message))

    def _store(self) -> None:
        """Publish and store: in this order, since who listens in the transaction must be heard before it ends."""
        messages = [message for _, message in self.accepted]
        last = {message.clean.draft.conversation_id: message.gate.message_id for message in messages}
        conversations = [(self.conversations[key], last[key]) for key in sorted(last)]
        sent = [snapshot_of(message, self.now) for message in messages]
        events = [sent_event(message, snapshot) for message, snapshot in zip(messages, sent, strict=True)]
        seats = _seat_changes(messages)
        if any(revived for _, _, revived in seats):
            rows = send_rows.store(messages, conversations, seats, self.now, and_commit=False)
            bus.publish(*[revived_event(*row) for row in rows], *events)
        else:
            bus.publish(*events)
            send_rows.store(messages, conversations, seats, self.now, and_commit=self.is_whole)
        for (index, _), snapshot in zip(self.accepted, sent, strict=True):
            self.outcomes[index] = Sent(snapshot, is_new=True)

    def _answer_known(self) -> None:
        """Repeats get the first message as it now stands."""
        messages = messages_by_ids(list(self.known.values())) if self.known else {}
        for index, message_id in self.known.items():
            self.outcomes[index] = Sent(messages[message_id], is_new=False)

    def _answer_doubles(self) -> None:
        """What came twice in one batch gets what its first got."""
        fingerprints = {index: item.fingerprint for index, item in self.cleaned}
        for index, first in self.doubles.items():
            outcome = self.outcomes[first]
            if not isinstance(outcome, Sent):
                self.outcomes[index] = outcome
            elif fingerprints[first] == fingerprints[index]:
                self.outcomes[index] = Sent(outcome.message, is_new=False)
            else:
                self.outcomes[index] = NonceReused()


def _refusal(item: CleanDraft, gate: GateRow, conversation: LockedConversation, now: datetime) -> MessengerError | None:
    """The first rule that speaks against the draft, in the order of weight; None where none does."""
    if not gate.is_active:
        return Unauthenticated()
    refusal = refusal_of(
        conversation,
        suspended_until=gate.suspended_until,
        is_blocked=lambda: gate.is_blocked and is_between_two(conversation.type, len(gate.people)),
        now=now,
    )
    if refusal is not None:
        return refusal
    if item.draft.reply_to_id is not None and gate.quote is None:
        return ValidationFailed.at("replyTo", "There is no such message in this conversation.")
    if len(gate.attachments) != len(item.draft.attachment_ids):
        return _no_such_file()
    if sum(file.size for file in gate.attachments.values()) > MAX_TOTAL_BYTES:
        return FileTooLarge(f"At most {MAX_TOTAL_BYTES:,} bytes a message.", limit=MAX_TOTAL_BYTES)
    return None


def _no_such_file() -> ValidationFailed:
    return ValidationFailed.at("attachmentIds", "One of these files is not there, not yours or already sent.")


def _type_of(draft: Draft, mime_types: Sequence[str]) -> str:
    if not mime_types:
        return "text" if draft.type in (None, "image", "file") else draft.type
    return "image" if all(kind.startswith("image/") for kind in mime_types) else "file"


def _seat_changes(messages: Sequence[NewMessage]) -> list[tuple[int, int, bool]]:
    """(seat id, own new messages, comes back) for each seat that the batch touches, by id."""
    own: dict[int, int] = {}
    revived: set[int] = set()
    for message in messages:
        own[message.gate.seat_id] = own.get(message.gate.seat_id, 0) + 1
        revived.update(message.gate.revivable)
    return [(seat_id, own.get(seat_id, 0), seat_id in revived) for seat_id in sorted(own.keys() | revived)]
