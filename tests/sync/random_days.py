"""Random things that people do in a messenger, all through the API, whether they may or not."""

from collections.abc import Callable
from random import Random
from typing import Any

from messenger.models import Conversation, Message, Participant, User
from tests.sync.households import Town
from tests.talks import CONVERSATIONS, M

Json = dict[str, Any]
EMOJIS = ("👍", "❤️", "🎉", "😀")


class Day:
    """Draws who does what where. Refusals are part of the day: they change nothing."""

    def __init__(self, town: Town, people: list[User], chance: Random) -> None:
        self.town, self.people, self.chance = town, people, chance
        self.done: dict[str, int] = {}
        self.nonces = 0

    def begin(self) -> None:
        """Let there be a conversation between two, which nobody can leave, and a group of all."""
        _first, second, *others = [user.pk for user in self.people]
        self._do(self.people[0], "POST", CONVERSATIONS, {"participantIds": [second]})
        self._do(self.people[0], "POST", CONVERSATIONS, {"participantIds": [second, *others]})

    def step(self) -> str:
        """Do one thing, and say what."""
        weights = {
            self.send: 14, self.edit: 4, self.delete: 4, self.restore: 3, self.react: 5, self.read: 7,
            self.flag: 4, self.draft: 2, self.hide: 2, self.shared: 2, self.add: 3, self.remove: 3,
            self.role: 1, self.block: 1, self.open: 2, self.rename: 1,
        }  # fmt: skip
        (deed,) = self.chance.choices(list(weights), list(weights.values()))
        self._note(deed, deed())
        return deed.__name__

    def send(self) -> int:
        user, place = self._somewhere()
        words = self.chance.choice(["Hello", "How are you?", "a word " * 50, "Done ✅"])
        body: Json = {"content": f"{words} {self.chance.random()}"}
        if self.chance.random() < 0.6:
            self.nonces += 1
            body["clientNonce"] = f"n{self.nonces}"
        if self.chance.random() < 0.35 and (quoted := self._message(place)):
            body["replyTo"] = str(quoted.pk)
        return self._do(user, "POST", f"{CONVERSATIONS}/{place}/messages", body)

    def edit(self) -> int:
        return self._on_message("PATCH", "", {"content": f"Edited {self.chance.random()}"}, own=True)

    def delete(self) -> int:
        return self._on_message("DELETE", "", None, own=True)

    def restore(self) -> int:
        user, place = self._somewhere()
        gone = Message.objects.filter(conversation_id=place, deleted_by=user).order_by("-pk").first()
        return self._do(user, "POST", f"{CONVERSATIONS}/{place}/messages/{gone.pk if gone else 1}/restore")

    def react(self) -> int:
        user, place = self._somewhere()
        found = self._message(place)
        path = f"{M}/messages/{found.pk if found else 1}/reactions"
        return self._do(user, "POST", path, {"emoji": self.chance.choice(EMOJIS)})

    def read(self) -> int:
        user, place = self._somewhere()
        body = {} if self.chance.random() < 0.5 else {"upToSeq": self.chance.randint(0, 40)}
        return self._do(user, "POST", f"{CONVERSATIONS}/{place}/read", body)

    def flag(self) -> int:
        user, place = self._somewhere()
        name = self.chance.choice(["isPinned", "isMuted", "isArchived", "markUnread", "markRead"])
        return self._do(user, "PATCH", f"{CONVERSATIONS}/{place}", {name: self.chance.random() < 0.6})

    def draft(self) -> int:
        user, place = self._somewhere()
        seat = Participant.objects.get(conversation_id=place, user=user)
        text = self.chance.choice(["", "Half a sent", "Almost do"])
        rev = seat.draft["rev"] if seat.draft else 0
        return self._do(user, "PATCH", f"{CONVERSATIONS}/{place}", {"draft": {"text": text, "baseRev": rev}})

    def hide(self) -> int:
        user, place = self._somewhere()
        return self._do(user, "DELETE", f"{CONVERSATIONS}/{place}")

    def shared(self) -> int:
        user, place = self._somewhere()
        changes: list[Json] = [
            {"title": f"Title {self.chance.randint(1, 9)}"},
            {"metadata": {"colour": self.chance.randint(1, 9)}},
            {"status": "closed"},
            {"status": "active"},
            {"status": "active"},
        ]
        return self._do(user, "PATCH", f"{CONVERSATIONS}/{place}", self.chance.choice(changes))

    def add(self) -> int:
        user, place = self._somewhere(Conversation.Type.GROUP)
        body = {"userIds": [self.chance.choice(self.people).pk], "shareHistory": self.chance.random() < 0.4}
        return self._do(user, "POST", f"{CONVERSATIONS}/{place}/participants", body)

    def remove(self) -> int:
        user, place = self._somewhere(Conversation.Type.GROUP)
        other = user if self.chance.random() < 0.4 else self.chance.choice(self.people)
        return self._do(user, "DELETE", f"{CONVERSATIONS}/{place}/participants/{other.pk}")

    def role(self) -> int:
        user, place = self._somewhere(Conversation.Type.GROUP)
        body = {"memberRole": self.chance.choice(["owner", "admin", "member"])}
        other = self.chance.choice(self.people)
        return self._do(user, "PATCH", f"{CONVERSATIONS}/{place}/participants/{other.pk}", body)

    def rename(self) -> int:
        user, name = self.chance.choice(self.people), f"Name {self.chance.randint(1, 9)}"
        return self._do(user, "PATCH", "/api/v4/auth/me", {"displayName": name})

    def block(self) -> int:
        user, other = self.chance.sample(self.people, 2)
        if self.chance.random() < 0.4:
            return self._do(user, "POST", f"{M}/blocks", {"userId": other.pk})
        return self._do(user, "DELETE", f"{M}/blocks/{other.pk}")

    def open(self) -> int:
        user, *others = self.chance.sample(self.people, self.chance.randint(2, len(self.people)))
        body: Json = {"participantIds": [other.pk for other in others]}
        if self.chance.random() < 0.5:
            body["message"] = "Good morning"
        return self._do(user, "POST", CONVERSATIONS, body)

    def _on_message(self, method: str, path: str, body: object, *, own: bool) -> int:
        user, place = self._somewhere()
        found = self._message(place, user if own else None)
        return self._do(user, method, f"{CONVERSATIONS}/{place}/messages/{found.pk if found else 1}{path}", body)

    def _message(self, place: int, sender: User | None = None) -> Message | None:
        found = Message.objects.filter(conversation_id=place, **({} if sender is None else {"sender": sender}))
        rows = list(found.order_by("-seq")[:12])
        return self.chance.choice(rows) if rows else None

    def _somewhere(self, kind: str | None = None) -> tuple[User, int]:
        """Somebody with a conversation of theirs."""
        seats = Participant.objects.filter(left_at__isnull=True).select_related("user").order_by("pk")
        found = list(seats if kind is None else seats.filter(conversation__type=kind))
        seat = self.chance.choice(found or list(seats))
        return next(user for user in self.people if user.pk == seat.user_id), seat.conversation_id

    def _do(self, user: User, method: str, path: str, body: object = None) -> int:
        return self.town.act(user, method, path, body)[0]

    def _note(self, deed: Callable[[], int], status: int) -> None:
        assert status < 500
        if status < 300:
            self.done[deed.__name__] = self.done.get(deed.__name__, 0) + 1
