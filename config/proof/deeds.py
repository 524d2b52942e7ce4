"""Random things that people do in a messenger, whether they may or not: by socket where there is an event for it."""

import asyncio
from collections.abc import Callable, Coroutine
from random import Random
from typing import Any

from config.proof.devices import RETRY_EVERY_S, Device, Person
from config.proof.links import GONE, Refused

Json = dict[str, Any]
M = "/api/v4/messenger"
CONVERSATIONS = f"{M}/conversations"
EMOJIS = ("👍", "❤️", "🎉", "😀")
PAUSE_S = 0.06
_WEIGHTS = {
    "send": 16, "edit": 5, "delete": 4, "restore": 2, "react": 6, "read": 6, "delivered": 4, "typing": 2, "beat": 1,
    "flag": 5, "draft": 2, "hide": 1, "rename": 2, "add": 3, "remove": 3, "role": 1, "open": 1,
}  # fmt: skip


class Hands:
    """Does things on one device. `done` counts what was not refused; `acknowledged` holds its messages by nonce."""

    def __init__(self, device: Device, people: list[Person], chance: Random) -> None:
        self.device, self.people, self.chance = device, people, chance
        self.done: dict[str, int] = {}
        self.acknowledged: dict[str, Json] = {}
        self._numbers = 0
        self._later: list[asyncio.Task[None]] = []

    async def work(self, deeds: int, note: Callable[[], None]) -> None:
        """Do so many things; `note` hears of each. Returns when all of them are answered."""
        for _ in range(deeds):
            await self.device.ready.wait()
            (name,) = self.chance.choices(list(_WEIGHTS), list(_WEIGHTS.values()))
            deed = self._do(name, getattr(self, name)())
            if name in ("read", "delivered", "typing", "beat"):  # they may be carried out a second later
                self._later.append(asyncio.create_task(deed))
            else:
                await deed
            note()
            await asyncio.sleep(self.chance.uniform(0, PAUSE_S))
        await asyncio.gather(*self._later)

    def misses(self, fresh: Json) -> list[str]:
        """Which acknowledged messages a fresh load does not show once, where their sender may still see them."""
        found = []
        for nonce, message in self.acknowledged.items():
            place = fresh.get(message["conversationId"])
            if place is None or message["seq"] < place["historyFromSeq"]:
                continue
            ids = [row["id"] for row in place["messages"] if row.get("clientNonce") == nonce]
            if ids != [message["id"]]:
                where = f"{message['conversationId']}#{message['seq']}"
                found.append(f"{where}: was acknowledged as {message['id']}, and is stored as {ids}")
        return found

    async def _do(self, name: str, deed: Coroutine[Any, Any, bool]) -> None:
        try:
            is_done = await deed
        except (Refused, *GONE):
            return
        self.done[name] = self.done.get(name, 0) + is_done

    async def send(self) -> bool:
        self._numbers += 1
        nonce = f"{self.device.name} {self._numbers} {self.chance.random()}"
        place = self._place()
        body: Json = {"conversationId": place, "content": f"Message {nonce}", "clientNonce": nonce}
        if self.chance.random() < 0.3:
            body["replyTo"] = self._message(place)
        while True:
            try:
                answer = await self.device.call("send", body)
            except GONE:
                await asyncio.sleep(RETRY_EVERY_S)  # it was perhaps not carried out: the same once more
            except Refused as refused:
                if refused.code != "unavailable":
                    raise
                await asyncio.sleep(RETRY_EVERY_S)
            else:
                self.acknowledged[nonce] = answer["message"]
                return True

    async def edit(self) -> bool:
        message = self._message(self._place(), own=True)
        await self.device.call("edit", {"messageId": message, "content": f"Edited {self.chance.random()}"})
        return True

    async def delete(self) -> bool:
        await self.device.call("delete", {"messageId": self._message(self._place(), own=True)})
        return True

    async def restore(self) -> bool:
        place = self._place()
        return await self._rest("POST", f"{CONVERSATIONS}/{place}/messages/{self._message(place, gone=True)}/restore")

    async def react(self) -> bool:
        body = {"messageId": self._message(self._place()), "emoji": self.chance.choice(EMOJIS)}
        await self.device.call("react", body)
        return True

    async def read(self) -> bool:
        place = self._place()
        await self.device.call("read", {"conversationId": place, **self._up_to(place, or_all=True)})
        return True

    async def delivered(self) -> bool:
        place = self._place()
        await self.device.call("delivered", {"conversationId": place, **self._up_to(place)})
        return True

    async def typing(self) -> bool:
        is_typing = self.chance.random() < 0.7
        await self.device.call("typing", {"conversationId": self._place(), "isTyping": is_typing})
        return True

    async def beat(self) -> bool:
        self.device.copy.stale |= await self.device.beat()
        return True

    async def flag(self) -> bool:
        name = self.chance.choice(["isPinned", "isMuted", "isArchived", "markUnread", "markRead"])
        return await self._rest("PATCH", f"{CONVERSATIONS}/{self._place()}", {name: self.chance.random() < 0.6})

    async def draft(self) -> bool:
        place = self._place()
        copy = self.device.copy.copies.get(place)
        known = copy.data["draft"] if copy else None
        text = self.chance.choice(["", "Half a sent", "Almost do"])
        body = {"draft": {"text": text, "baseRev": known["rev"] if known else 0}}
        return await self._rest("PATCH", f"{CONVERSATIONS}/{place}", body)

    async def hide(self) -> bool:
        return await self._rest("DELETE", f"{CONVERSATIONS}/{self._place()}")

    async def rename(self) -> bool:
        changes: list[Json] = [
            {"title": f"Title {self.chance.randint(1, 99)}"},
            {"metadata": {"colour": self.chance.randint(1, 99)}},
            {"status": self.chance.choice(["closed", "active", "active"])},
        ]
        return await self._rest("PATCH", f"{CONVERSATIONS}/{self._place('group')}", self.chance.choice(changes))

    async def add(self) -> bool:
        body = {"userIds": [self.chance.choice(self.people).user_id], "shareHistory": self.chance.random() < 0.4}
        return await self._rest("POST", f"{CONVERSATIONS}/{self._place('group')}/participants", body)

    async def remove(self) -> bool:
        other = self.device.person if self.chance.random() < 0.4 else self.chance.choice(self.people)
        return await self._rest("DELETE", f"{CONVERSATIONS}/{self._place('group')}/participants/{other.user_id}")

    async def role(self) -> bool:
        other, role = self.chance.choice(self.people), self.chance.choice(["owner", "admin", "member"])
        path = f"{CONVERSATIONS}/{self._place('group')}/participants/{other.user_id}"
        return await self._rest("PATCH", path, {"memberRole": role})

    async def open(self) -> bool:
        others = self.chance.sample(self.people, self.chance.randint(1, len(self.people) - 1))
        ids = [other.user_id for other in others if other is not self.device.person]
        return await self._rest("POST", CONVERSATIONS, {"participantIds": ids, "message": "Good morning"})

    async def _rest(self, method: str, path: str, body: object = None) -> bool:
        status, answer = await self.device.ask(method, path, body)
        if status >= 500 and status != 503:
            raise AssertionError(f"{method} {path} was answered {status}: {answer}")
        return status < 300

    def _place(self, kind: str | None = None) -> str:
        copies = self.device.copy.copies
        found = [key for key in sorted(copies, key=int) if kind is None or copies[key].data["type"] == kind]
        return self.chance.choice(found) if found else "1"

    def _message(self, place: str, *, own: bool = False, gone: bool = False) -> str:
        """One of the newest messages that the device knows there."""
        copy = self.device.copy.copies.get(place)
        rows = [row for _, row in sorted(copy.messages.rows.items())][-12:] if copy else []
        me = str(self.device.person.user_id)
        ids = [row["id"] for row in rows if (not own or row["senderId"] == me) and (not gone or row["isDeleted"])]
        return str(self.chance.choice(ids)) if ids else "1"

    def _up_to(self, place: str, *, or_all: bool = False) -> Json:
        copy = self.device.copy.copies.get(place)
        last = int(copy.data["lastSeq"]) if copy else 0
        return {} if or_all and self.chance.random() < 0.5 else {"upToSeq": self.chance.randint(max(0, last - 5), last)}
