"""A client's copy of its conversations, kept exactly as the contract's "Staying in sync" says, and nothing cleverer.

It is fed with events in the order of their coming and with answers to sync; `view` is what it would show. What comes
while an answer is still in parts waits for the last of them: the conversation in it is newer than its messages.
"""

from collections.abc import Generator
from typing import Any

from config.proof.copied_messages import CopiedMessages
from config.proof.fresh_loads import differences, view_of

Json = dict[str, Any]
PREFIX = "messenger:v4:"
OWN = (
    "isPinned", "isMuted", "mutedUntil", "isArchived", "unreadCount", "lastReadSeq", "markedUnread", "notify", "draft",
    "privateVersion", "historyFromSeq", "permissions", "messageCount",
)  # fmt: skip
SEAT_OWN = ("isPinned", "isMuted", "mutedUntil", "isArchived", "unreadCount")


class Copy:
    """One conversation as the client has it."""

    def __init__(self, me: str, data: Json, messages: list[Json]) -> None:
        self.me = me
        self.data = data
        self.version: int = data["version"]
        self.private_version: int = data["privateVersion"]
        self.messages = CopiedMessages(me, data, messages)
        self.waiting: list[tuple[str, Json]] = []

    @property
    def pointer_sum(self) -> int:
        return sum(seat["lastReadSeq"] + seat["lastDeliveredSeq"] for seat in self.data["participants"])

    def seat(self, user_id: str) -> Json | None:
        return next((seat for seat in self.data["participants"] if seat["userId"] == user_id), None)

    def number_of(self, data: Json) -> tuple[str, int, int] | None:
        """Which number an event moves, to what, and where it stands; None for one without."""
        if "version" in data:
            return "version", data["version"], self.version
        if "privateVersion" in data:
            return "private_version", data["privateVersion"], self.private_version
        return None

    def point(self, user_id: str, *, read: int = 0, read_at: str | None = None, delivered: int = 0) -> None:
        """Move somebody's pointers; they only grow, and what is read is delivered."""
        seat = self.seat(user_id)
        if seat is None:
            return
        if read > seat["lastReadSeq"]:
            seat["lastReadSeq"], seat["lastReadAt"] = read, read_at
        seat["lastDeliveredSeq"] = max(seat["lastDeliveredSeq"], delivered, read)

    def count_unread(self, step: int) -> None:
        self.set_own({"unreadCount": self.data["unreadCount"] + step})

    def set_own(self, updates: Json) -> None:
        self.data |= updates
        seat = self.seat(self.me)
        if seat is not None:
            seat |= {name: value for name, value in updates.items() if name in SEAT_OWN}

    def set_shared(self, body: Json) -> None:
        """Take the shared fields of an event; pointers that have moved on meanwhile stay."""
        before = {seat["userId"]: seat for seat in self.data["participants"]}
        self.data |= {name: value for name, value in body.items() if name not in (*OWN, "participants")}
        seats = []
        for told in body["participants"]:
            known = before.get(told["userId"], {})
            seat = {**known, **told}
            if known and known["lastReadSeq"] > told["lastReadSeq"]:
                seat |= {name: known[name] for name in ("lastReadSeq", "lastReadAt")}
            seat["lastDeliveredSeq"] = max(told["lastDeliveredSeq"], known.get("lastDeliveredSeq", 0))
            seats.append(seat)
        self.data["participants"] = seats


class HonestClient:
    """What one person's client holds. `stale` names the conversations that only a sync can mend."""

    def __init__(self, me: int) -> None:
        self.me = str(me)
        self.epoch: str | None = None
        self.copies: dict[str, Copy] = {}
        self.stale: set[str] = set()
        self.unread_count = 0
        self._is_syncing = False
        self._overtaken: set[str] = set()
        self._left_meanwhile: set[str] = set()

    def take(self, name: str, data: Json) -> None:
        """Take one event: apply it, drop it as a repeat, keep it for later, or see that a sync is needed."""
        name = name.removeprefix(PREFIX)
        if name == "conversation-created":
            if data["conversation"]["id"] not in self.copies:
                self._miss(data["conversation"]["id"])
        elif name == "conversation-deleted":
            self._forget(data["conversationId"])
            if self._is_syncing:
                self._left_meanwhile.add(data["conversationId"])
        elif "conversationId" in data and name not in ("typing", "unread"):
            self._take_of_conversation(name, data)

    def gaps(self) -> set[str]:
        """Conversations where an event waits for one before it; after 500 ms they are to be synced."""
        return {key for key, copy in self.copies.items() if copy.waiting}

    def positions(self, copies: dict[str, Copy] | None = None) -> Json:
        """The three numbers of each conversation."""
        return {
            key: {"version": copy.version, "privateVersion": copy.private_version, "pointerSum": copy.pointer_sum}
            for key, copy in (self.copies if copies is None else copies).items()
        }

    def behind(self, shown: Json) -> set[str]:
        """Conversations of which a heartbeat's answer shows newer numbers than the copy's."""
        held = self.positions()
        return {
            key
            for key, numbers in shown.items()
            if key not in held or any(numbers[name] > held[key][name] for name in numbers)
        }

    def catch_up(
        self, only: set[str] | None = None, *, limit: int | None = None, repeats_first: bool = False
    ) -> Generator[Json, Json, int]:
        """Yield requests for sync, take their answers, until there is no more; gives how many calls it took."""
        listed = self.copies if only is None else {key: self.copies[key] for key in only & self.copies.keys()}
        first: Json = {"conversations": self.positions(listed)}
        first |= {} if self.epoch is None else {"epoch": self.epoch}
        first |= {} if only is None else {"only": sorted(only)}
        first |= {} if limit is None else {"limit": limit}
        request, calls = first, 1
        self._is_syncing = True
        self._left_meanwhile = set()
        while True:
            answer = yield request
            self._take_answer(answer)
            if not answer["hasMore"]:
                break
            listed = {key: copy for key, copy in self.copies.items() if only is None or key in only}
            numbers = {} if repeats_first else {"conversations": self.positions(listed), "epoch": self.epoch}
            request, calls = {**first, **numbers, "cursor": answer["cursor"]}, calls + 1
        self._is_syncing = False
        self.stale -= self.copies.keys() if only is None else only
        self.stale |= self._overtaken
        self._overtaken = set()
        for copy in list(self.copies.values()):
            self._drain(copy)
        return calls

    def _take_answer(self, answer: Json) -> None:
        if self.epoch is not None and self.epoch != answer["epoch"]:
            self.copies.clear()
        self.epoch = answer["epoch"]
        for key in answer["removed"]:
            self._forget(key)
        for data in answer["conversations"]:
            self._take_whole(data, answer)
        self.unread_count = answer["unreadCount"]

    def _take_whole(self, data: Json, answer: Json) -> None:
        key = data["id"]
        position, messages = answer["positions"][key], answer["messages"][key]
        known = self.copies.get(key)
        if key in self._left_meanwhile:
            self._overtaken.add(key)  # this answer, or a part of it, may be from before
            return
        if known is None:
            known = self.copies[key] = Copy(self.me, data, messages)
        elif position["version"] < known.version or position["privateVersion"] < known.private_version:
            self._overtaken.add(key)  # events were quicker than this answer
            return
        if data["historyFromSeq"] < known.data["historyFromSeq"]:
            known.messages = CopiedMessages(self.me, data, messages)  # it begins earlier: it comes like a new one
        before, known.data = known.data, data
        known.messages.belong_to(data)
        for message in messages:
            known.messages.put(message)
        for user_id, pointer in answer["pointers"][key].items():
            known.point(
                user_id,
                read=pointer["lastReadSeq"],
                read_at=pointer["lastReadAt"],
                delivered=pointer["lastDeliveredSeq"],
            )
        for seat in before["participants"]:  # events may have been quicker than this answer
            known.point(
                seat["userId"],
                read=seat["lastReadSeq"],
                read_at=seat["lastReadAt"],
                delivered=seat["lastDeliveredSeq"],
            )
        known.version, known.private_version = position["version"], position["privateVersion"]

    def _miss(self, key: str) -> None:
        """Something happened in a conversation that is not known; an answer under way may not know of it either."""
        (self._overtaken if self._is_syncing else self.stale).add(key)

    def _forget(self, key: str) -> None:
        self.copies.pop(key, None)
        self.stale.discard(key)

    def _take_of_conversation(self, name: str, data: Json) -> None:
        key = data["conversationId"]
        copy = self.copies.get(key)
        if copy is None:
            self._miss(key)
            return
        number = copy.number_of(data)
        if number is None:
            self._apply(copy, name, data)
            return
        _, told, held = number
        if told == held + 1 and not self._is_syncing:
            self._step(copy, name, data)
            self._drain(copy)
        elif told > held:
            copy.waiting.append((name, data))

    def _drain(self, copy: Copy) -> None:
        """Apply what waited and is next by now; forget what is known."""
        moved = True
        while moved:
            moved = False
            for name, data in list(copy.waiting):
                number = copy.number_of(data)
                if number is not None and number[1] <= number[2] + 1:
                    copy.waiting.remove((name, data))
                    if number[1] == number[2] + 1:
                        self._step(copy, name, data)
                    moved = True

    def _step(self, copy: Copy, name: str, data: Json) -> None:
        """Apply an event that is the next one. What cannot be told from it leaves the number behind, for a sync."""
        number = copy.number_of(data)
        assert number is not None
        if self._apply(copy, name, data):
            setattr(copy, number[0], number[1])
        else:
            self.stale.add(data["conversationId"])

    def _apply(self, copy: Copy, name: str, data: Json) -> bool:
        match name:
            case "message":
                copy.count_unread(copy.messages.come(data["message"]))
            case "message-edited":
                copy.count_unread(copy.messages.change(data["message"]))
            case "message-deleted":
                step = copy.messages.delete(data["messageId"], data["seq"], data["deletedAt"], data["version"])
                if step is None:
                    return False
                copy.count_unread(step)
            case "reaction":
                copy.messages.react(data)
            case "read":
                return self._read(copy, data)
            case "delivered":
                copy.point(data["userId"], delivered=data["upToSeq"])
            case "conversation-updated" if "privateVersion" in data:
                copy.set_own(data["updates"])
            case "conversation-updated" if "conversation" in data:
                copy.set_shared(data["conversation"])
        return True

    def _read(self, copy: Copy, data: Json) -> bool:
        if "privateVersion" not in data:
            copy.point(data["userId"], read=data["lastReadSeq"], read_at=data["readAt"])
            return True
        unread = copy.messages.unread_after(data["lastReadSeq"])
        if unread is None:
            return False
        copy.point(self.me, read=data["lastReadSeq"], read_at=data["readAt"])
        copy.set_own({"unreadCount": unread, "lastReadSeq": data["lastReadSeq"]})
        return True

    def view(self) -> Json:
        """What the client shows, field by field, but for what the clock or presence decides."""
        numbers = self.positions()
        return {
            key: view_of(copy.data, copy.messages.view(copy.data), numbers[key]) for key, copy in self.copies.items()
        }

    def without(self, keys: set[str]) -> "HonestClient":
        """The same client, had it not these conversations."""
        other = HonestClient(int(self.me))
        other.copies = {key: copy for key, copy in self.copies.items() if key not in keys}
        return other

    def differs_from(self, fresh: Json) -> list[str]:
        """Where this copy differs from what a fresh load shows."""
        return differences(self.view(), fresh, firsts={key: copy.messages.first for key, copy in self.copies.items()})
