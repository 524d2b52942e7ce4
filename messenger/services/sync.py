"""Sync: what a client must learn to be equal to the server. Its cost grows with what changed, not with history.

One statement reads every position of the caller; only conversations whose numbers differ are read further. All is
read as of one moment, so that a change meanwhile comes whole as an event or with the next call: no message in an answer
is newer than the unread count and the position beside it.
"""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from messenger.errors import ValidationFailed
from messenger.inputs import MAX_IDENTIFIER, Fields
from messenger.models import User
from messenger.selectors import positions as reads
from messenger.selectors.conversations import conversation_snapshots
from messenger.selectors.installation import epoch_of_database
from messenger.selectors.messages import messages_by_version, newest_of_each
from messenger.selectors.moments import one_moment
from messenger.selectors.positions import Pointer, Position
from messenger.selectors.unread import unread_counts_of
from messenger.snapshots import ConversationSnapshot, MessageSnapshot, OwnSeatSnapshot

MAX_CONVERSATIONS = 500
MAX_MESSAGES = 500
NEWEST = 50
ANSWER_BYTES = 524_288  # what an answer holds, more or less: half of what may wait for one connection
_BYTES_BESIDE_A_MESSAGE = 300  # names of fields are longer in an answer, and it says who has read
_BYTES_OF_A_CONVERSATION = 1_000
_BYTES_OF_A_SEAT = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncRequest:
    """What the client has. `after` continues an earlier call: the conversation answered last, and the version that
    the next one was answered up to (0: it was not begun)."""

    known: Mapping[int, Position]
    epoch: str | None = None
    only: frozenset[int] | None = None
    after: tuple[int, int] = (0, 0)
    limit: int = MAX_MESSAGES


@dataclass(slots=True, kw_only=True)
class SyncAnswer:
    """What the client lacks; `positions` says up to where it is complete, conversation by conversation."""

    epoch: str
    conversations: list[tuple[ConversationSnapshot, OwnSeatSnapshot]] = field(default_factory=list)
    messages: dict[int, list[MessageSnapshot]] = field(default_factory=dict)
    pointers: dict[int, list[Pointer]] = field(default_factory=dict)
    positions: dict[int, Position] = field(default_factory=dict)
    removed: list[int] = field(default_factory=list)
    unread_count: int = 0
    more_after: tuple[int, int] | None = None

    @property
    def cursor(self) -> str | None:
        """Where the next call goes on: the conversation answered last, and the version reached in the one after."""
        return None if self.more_after is None else f"{self.more_after[0]}.{self.more_after[1]}"


def sync_request_of(fields: Fields) -> SyncRequest:
    """Read a sync request, from REST or a socket.

    :raises ValidationFailed: more than 500 conversations, or a value of another kind than the contract's.
    """
    listed = fields.object("conversations", required=False, max_bytes=262_144) or {}
    if len(listed) > MAX_CONVERSATIONS:
        fields.refuse("conversations", f"At most {MAX_CONVERSATIONS} conversations in one call.")
    only = fields.identifiers("only", max_items=MAX_CONVERSATIONS, required=False)
    return SyncRequest(
        known=dict(_known_position(key, value) for key, value in listed.items()),
        epoch=fields.secret("epoch", required=False, max_length=64),
        only=None if only is None else frozenset(only),
        after=_after_of(fields.secret("cursor", required=False, max_length=64)),
        limit=fields.integer("limit", minimum=1, maximum=MAX_MESSAGES, required=False) or MAX_MESSAGES,
    )


def sync(*, viewer: User, request: SyncRequest) -> SyncAnswer:
    """Answer with everything in which the client differs from the server, or a part of it and where to go on.

    With another `epoch` than the database's nothing that the client has counts: all is new to it.
    """
    answer = SyncAnswer(epoch=epoch_of_database())
    with one_moment():
        _read(answer, viewer, request)
    return answer


def _read(answer: SyncAnswer, viewer: User, request: SyncRequest) -> None:
    known = dict(request.known) if request.epoch in (None, answer.epoch) else {}
    done, begun_version = request.after
    current = reads.positions_of(viewer_id=viewer.pk)
    wanted = current.keys() if request.only is None else current.keys() & request.only
    if begun_version:
        _count_as_known(known, done + 1, begun_version)
    if request.after == (0, 0):
        asked = request.known.keys() | (request.only or frozenset())
        answer.removed = sorted(asked - current.keys())
    changed = [key for key in sorted(wanted) if key > done and known.get(key) != current[key]]
    _fill(answer, viewer, changed[:MAX_CONVERSATIONS], known, request.limit)
    if answer.more_after is None and len(changed) > MAX_CONVERSATIONS:
        answer.more_after = (changed[MAX_CONVERSATIONS - 1], 0)
    answer.unread_count = unread_counts_of([viewer.pk])[viewer.pk].total


def _count_as_known(known: dict[int, Position], conversation_id: int, version: int) -> None:
    """A client that repeats its first numbers with the cursor still goes on where the last answer ended."""
    before = known.get(conversation_id, Position(0, 0, 0))
    if before.version < version:
        known[conversation_id] = Position(version, before.private_version, -1)


def _fill(answer: SyncAnswer, viewer: User, changed: list[int], known: Mapping[int, Position], limit: int) -> None:
    """Answer the changed conversations in their order, until `limit` messages or enough bytes are in the answer."""
    seen = conversation_snapshots(ids=changed, viewer_id=viewer.pk)
    pointers = reads.pointers_of([conversation.id for conversation, _ in seen])
    messages = _messages_for(seen, known, limit)
    room, space = limit, ANSWER_BYTES
    for conversation, own in seen:
        mine, before = messages.get(conversation.id, []), known.get(conversation.id)
        position = _position_of(conversation, own, pointers[conversation.id])
        is_new = _is_new(before, conversation, own)
        is_too_much = is_new and (_newest_count(conversation, own) > room or _bytes_of(mine) > space)
        if answer.positions and (is_too_much or space <= 0):
            answer.more_after = (max(answer.positions), 0)
            return
        fitting = min(room, _fitting(mine, space, at_least=0 if answer.positions else 1))
        if not is_new and before is not None and len(mine) > fitting:
            mine = mine[:fitting]
            version = min(position.version, mine[-1].version) if mine else before.version
            position = Position(version, own.private_version, position.pointer_sum)
            answer.more_after = (conversation.id - 1, version)
        room -= len(mine)
        space -= _bytes_of(mine) + _BYTES_OF_A_CONVERSATION + _BYTES_OF_A_SEAT * len(pointers[conversation.id])
        space -= len(msgspec.json.encode(conversation.metadata))
        answer.conversations.append((conversation, own))
        answer.messages[conversation.id] = mine
        answer.pointers[conversation.id] = pointers[conversation.id]
        answer.positions[conversation.id] = position
        if answer.more_after is not None:
            return


def _messages_for(
    seen: Iterable[tuple[ConversationSnapshot, OwnSeatSnapshot]], known: Mapping[int, Position], limit: int
) -> dict[int, list[MessageSnapshot]]:
    """Changed messages of known conversations by version, one more than fit; the newest 50 of new ones by seq."""
    changed, new, room = [], [], limit
    for conversation, own in seen:
        before = known.get(conversation.id)
        if before is None or _is_new(before, conversation, own):
            if room > 0:
                new.append((conversation.id, own.history_from_seq))
            room -= _newest_count(conversation, own)
        elif before.version < conversation.version:
            changed.append((conversation.id, before.version, own.history_from_seq))
    found: dict[int, list[MessageSnapshot]] = {}
    for message in messages_by_version(changed, limit=limit + 1):
        found.setdefault(message.conversation_id, []).append(message)
    for message in newest_of_each(new, limit=NEWEST):
        found.setdefault(message.conversation_id, []).append(message)
    return found


def _is_new(before: Position | None, conversation: ConversationSnapshot, own: OwnSeatSnapshot) -> bool:
    """Whether the client must begin anew: it has nothing, or of another history, or may see more of the past by now."""
    return before is None or before.version > conversation.version or before.private_version < own.widened_version


def _newest_count(conversation: ConversationSnapshot, own: OwnSeatSnapshot) -> int:
    """How many messages of a new conversation the answer holds."""
    return min(NEWEST, max(0, conversation.last_seq - own.history_from_seq + 1))


def _bytes_of(messages: Iterable[MessageSnapshot]) -> int:
    return sum(_BYTES_BESIDE_A_MESSAGE + len(msgspec.json.encode(message)) for message in messages)


def _fitting(messages: Sequence[MessageSnapshot], space: int, *, at_least: int) -> int:
    """How many of the messages, from the first, fit into so many bytes."""
    ends = itertools.accumulate(_bytes_of([message]) for message in messages)
    return max(at_least, sum(end <= space for end in ends))


def _position_of(conversation: ConversationSnapshot, own: OwnSeatSnapshot, pointers: Iterable[Pointer]) -> Position:
    total = sum(pointer.last_read_seq + pointer.last_delivered_seq for pointer in pointers)
    return Position(conversation.version, own.private_version, total)


def _known_position(key: str, value: object) -> tuple[int, Position]:
    numbers = [value.get(name, 0) if isinstance(value, dict) else None for name in _NAMES]
    if not key.isascii() or not key.isdecimal() or not 1 <= len(key) <= 16:
        raise ValidationFailed.at("conversations", "The keys are ids of conversations.")
    for number in numbers:
        if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= MAX_IDENTIFIER:
            raise ValidationFailed.at(
                "conversations", "Each holds version, privateVersion and pointerSum, all numbers."
            )
    version, private_version, pointer_sum = (number for number in numbers if isinstance(number, int))
    return int(key), Position(version, private_version, pointer_sum)


_NAMES = ("version", "privateVersion", "pointerSum")


def _after_of(cursor: str | None) -> tuple[int, int]:
    """Read a cursor. It needs no signature: what it names is checked like everything else."""
    if cursor is None:
        return 0, 0
    parts = cursor.split(".")
    if len(parts) != 2 or not all(part.isascii() and part.isdecimal() and len(part) <= 16 for part in parts):
        raise ValidationFailed.at("cursor", "This cursor is not valid here.")
    return int(parts[0]), int(parts[1])
