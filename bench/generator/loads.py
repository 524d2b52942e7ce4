"""Messages: by senders that wait for each one to arrive everywhere, or at a steady rate whatever happens."""

import time
from collections import Counter
from typing import Final

from bench.generator.clients import Fleet
from bench.generator.pacer import Pacer
from bench.generator.plan import Plan
from bench.generator.protocols import Body, Refusal
from bench.generator.records import Records

_TEXT: Final = "would Thursday at ten suit you? I can bring the samples and the drawings along."


class Sending:
    """What both kinds of load have in common: sending, and noting answers and receipts."""

    def __init__(self, *, plan: Plan, fleet: Fleet, records: Records) -> None:
        self.refusals: Counter[str] = Counter()
        self.repeated_answers = 0
        self.unmatched = 0
        self.running = False
        self._plan = plan
        self._fleet = fleet
        self._operations = records.operations
        self._receipts = records.receipts
        self._run = f"{time.time_ns():x}"
        self._open = 0

    @property
    def is_settled(self) -> bool:
        """Nothing is under way any more."""
        return self._open == 0

    def answered(self, *, key: int, data: Body | None, refusal: Refusal | None) -> None:
        """Note the acknowledgement, or the refusal, of a send."""
        operations = self._operations
        if operations.answered[key]:
            self.repeated_answers += 1
            return
        operations.answered[key] = time.perf_counter()
        if refusal is not None or data is None or data.message is None:
            self.refusals[refusal.code if refusal else "no message in the answer"] += 1
            self._open -= 1
            return
        operations.answer_id[key] = int(data.message.id)
        operations.answer_seq[key] = data.message.seq
        self._one_less(key)

    def received(self, *, socket: int, event: str, data: Body) -> None:
        """Note a message that arrived."""
        if event != "messenger:v4:message" or data.message is None:
            return
        message = data.message
        if message.content[:1] != "b" or not message.content[1:9].isdigit():
            self.unmatched += 1
            return
        key = int(message.content[1:9])
        self._receipts.note(key=key, socket=socket, message_id=int(message.id), seq=message.seq, at=time.perf_counter())
        self._one_less(key)

    def _send(self, *, room: int, sender: int, intended: float | None = None) -> None:
        now = time.perf_counter()
        conversation = self._plan.rooms[room]
        key = self._operations.begin(
            room=room, sender=sender, intended=intended or now, sent=now, waiting=len(conversation.members) + 1
        )
        self._open += 1
        self._fleet.clients[sender].request(
            key=key,
            event="messenger:v4:send",
            data={
                "conversationId": conversation.id,
                "content": f"b{key:08d} {_TEXT} {self._run}",  # nobody says the same each day
                "clientNonce": f"{self._run}-{key}",
            },
        )

    def _one_less(self, key: int) -> None:
        operations = self._operations
        operations.waiting[key] -= 1
        if operations.waiting[key] == 0:
            operations.complete[key] = time.perf_counter()
            self._open -= 1
            self._completed(key)

    def _completed(self, key: int) -> None:
        """React to a message that everybody has."""


class ClosedLoop(Sending):
    """Each sender has one message under way, and sends the next when everybody has it."""

    def start(self) -> None:
        """Let every sender send."""
        self.running = True
        rooms = self._plan.rooms
        for turn in range(self._plan.senders):
            room = turn % len(rooms)
            members = rooms[room].members
            self._send(room=room, sender=members[turn // len(rooms) % len(members)])

    def stop(self) -> None:
        """Send no more."""
        self.running = False

    def _completed(self, key: int) -> None:
        if self.running:
            self._send(room=self._operations.room[key], sender=self._operations.sender[key])


class OpenLoop(Sending):
    """Messages at a steady rate over all conversations, each person in turn."""

    def __init__(self, *, plan: Plan, fleet: Fleet, records: Records) -> None:
        super().__init__(plan=plan, fleet=fleet, records=records)
        self._pacer = Pacer(rate=plan.rate, due=self._due)
        self._turn = 0

    def start(self) -> None:
        """Begin to send."""
        self.running = True
        self._pacer.start()

    def stop(self) -> None:
        """Send no more."""
        self.running = False
        self._pacer.stop()

    def _due(self, intended: float) -> None:
        rooms = self._plan.rooms
        room = self._turn % len(rooms)
        members = rooms[room].members
        sender = members[self._turn // len(rooms) % len(members)]
        self._turn += 1
        self._send(room=room, sender=sender, intended=intended)


class Filling(Sending):
    """A few messages in every conversation, so that there is something to read."""

    def start(self) -> None:
        """Send the first one everywhere."""
        self.running = True
        self._left = [self._plan.senders - 1 for _ in self._plan.rooms]
        for room, conversation in enumerate(self._plan.rooms):
            self._send(room=room, sender=conversation.members[0])

    def stop(self) -> None:
        """Send no more."""
        self.running = False

    def _completed(self, key: int) -> None:
        room = self._operations.room[key]
        if self.running and self._left[room] > 0:
            self._left[room] -= 1
            self._send(room=room, sender=self._operations.sender[key])
