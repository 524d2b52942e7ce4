"""Read receipts and typing: small events at a steady rate, timed until the other person's socket has them."""

import time
from collections import Counter, defaultdict, deque

from bench.generator.clients import Fleet
from bench.generator.pacer import Pacer
from bench.generator.plan import Plan
from bench.generator.protocols import Body, Payload, Refusal
from bench.generator.records import Records


class Signals:
    """One kind of signal, sent by each person in turn to the other one of a pair."""

    event = ""

    def __init__(self, *, plan: Plan, fleet: Fleet, records: Records) -> None:
        self.refusals: Counter[str] = Counter()
        self.repeated_answers = 0
        self.unmatched = 0
        self._plan = plan
        self._fleet = fleet
        self._operations = records.operations
        self._receipts = records.receipts
        self._pacer = Pacer(rate=plan.rate, due=self._due)
        self._turn = 0
        self._open = 0
        self._expected: dict[tuple[str, str, int], deque[int]] = defaultdict(deque)

    @property
    def is_settled(self) -> bool:
        """Nothing is under way any more."""
        return self._open == 0

    def start(self) -> None:
        """Begin."""
        self._pacer.start()

    def stop(self) -> None:
        """Signal no more."""
        self._pacer.stop()

    def answered(self, *, key: int, data: Body | None, refusal: Refusal | None) -> None:
        """Note an answer."""
        if self._operations.answered[key]:
            self.repeated_answers += 1
            return
        self._operations.answered[key] = time.perf_counter()
        if refusal is not None:
            self.refusals[refusal.code] += 1
            self._open -= 1
            return
        self._operations.answer_seq[key] = data.last_read_seq if data else 0
        self._one_less(key)

    def received(self, *, socket: int, event: str, data: Body) -> None:
        """Note that the other one's socket has it."""
        if event != self.event or self._plan.people[socket].id == data.user_id or not self._counts(data):
            return
        expected = self._expected[(data.conversation_id, data.user_id, data.last_read_seq)]
        if not expected:
            self.unmatched += 1
            return
        key = expected.popleft()
        self._receipts.note(key=key, socket=socket, message_id=0, seq=data.last_read_seq, at=time.perf_counter())
        self._one_less(key)

    def _counts(self, data: Body) -> bool:
        return True

    def _data(self, *, room: int, turn: int) -> tuple[int, int, Payload]:
        """Return who signals, the number that tells this signal from the others of the room, and what to say."""
        raise AssertionError("each kind of signal says its own")

    def _due(self, intended: float) -> None:
        room = self._turn % len(self._plan.rooms)
        sender, number, data = self._data(room=room, turn=self._turn // len(self._plan.rooms))
        self._turn += 1
        key = self._operations.begin(room=room, sender=sender, intended=intended, sent=time.perf_counter(), waiting=2)
        self._open += 1
        self._expected[(self._plan.rooms[room].id, self._plan.people[sender].id, number)].append(key)
        self._fleet.clients[sender].request(key=key, event=self.event, data=data)

    def _one_less(self, key: int) -> None:
        self._operations.waiting[key] -= 1
        if self._operations.waiting[key] == 0:
            self._operations.complete[key] = time.perf_counter()
            self._open -= 1


class Reads(Signals):
    """The second person of a pair reads one message after the other."""

    event = "messenger:v4:read"

    def _data(self, *, room: int, turn: int) -> tuple[int, int, Payload]:
        conversation = self._plan.rooms[room]
        return conversation.members[1], turn + 1, {"conversationId": conversation.id, "upToSeq": turn + 1}


class Typing(Signals):
    """Both people of each pair type in turn."""

    event = "messenger:v4:typing"

    def _counts(self, data: Body) -> bool:
        return data.is_typing

    def _data(self, *, room: int, turn: int) -> tuple[int, int, Payload]:
        conversation = self._plan.rooms[room]
        return conversation.members[turn % 2], 0, {"conversationId": conversation.id, "isTyping": True}
