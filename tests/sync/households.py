"""People with their clients, whose server and socket live in the test's own process: what is published is delivered."""

import json
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

from config.proof.fresh_loads import fresh_load
from config.proof.honest_client import HonestClient
from messenger import bus
from messenger.events import Event
from messenger.models import User
from messenger.realtime.dialects import v4
from messenger.services import outbox
from messenger.services.new_faces import FACE_TOPIC
from tests.talks import M, client_of

Json = dict[str, Any]


class Household:
    """One person: a REST client, a copy of what they see, and whether their socket is open."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.rest = client_of(user)
        self.copy = HonestClient(user.pk)
        self.is_online = True
        self.sync()

    def sync(self, only: set[str] | None = None, *, limit: int | None = None, repeats_first: bool = False) -> int:
        """Catch up as the contract says; gives how many calls it took."""
        steps = self.copy.catch_up(only, limit=limit, repeats_first=repeats_first)
        return self.walk(steps, next(steps))

    def walk(self, steps: Generator[Json, Json, int], request: Json) -> int:
        """Ask and answer until the catching up is over."""
        while True:
            status, answer = self.rest.post(f"{M}/sync", request)
            assert status == 200, answer
            try:
                request = steps.send(answer)
            except StopIteration as end:
                return int(end.value)

    def heal(self) -> None:
        """Sync what events alone could not make whole."""
        wanted = self.copy.stale | self.copy.gaps()
        if wanted:
            self.sync(wanted)

    def fresh(self) -> Json:
        return fresh_load(self._got)

    def differences(self) -> list[str]:
        return self.copy.differs_from(self.fresh())

    def _got(self, path: str) -> Json:
        status, answer = self.rest.get(path)
        assert status == 200, (path, answer)
        return answer


class Town:
    """All households; delivers what is published to who is online, but for what `loses` says is lost on the way."""

    def __init__(self, *users: User, chance: Random, loses: float = 0.0) -> None:
        self.homes = {user.pk: Household(user) for user in users}
        self._chance = chance
        self._loses = loses
        self._post: list[Event] = []

    @contextmanager
    def delivering(self) -> Iterator[None]:
        """Deliver each batch of events when it is published."""
        reactor = self._post.extend
        bus.connect(reactor, in_transaction=True)
        try:
            yield
        finally:
            bus.disconnect(reactor)

    def act(self, user: User, method: str, path: str, body: object = None) -> tuple[int, Json]:
        """Let somebody call the API, then let everybody hear what came of it."""
        self._post.clear()
        status, answer = self.homes[user.pk].rest.call(method, path, body)
        outbox.work_off(topic=FACE_TOPIC)
        if status < 300:
            self._deliver()
        return status, answer

    def _deliver(self) -> None:
        for event in self._post:
            for frame in v4.frames_of(event):
                text = json.dumps(frame.data)
                for user_id in frame.users:
                    home = self.homes.get(user_id)
                    if home is not None and home.is_online and self._chance.random() >= self._loses:
                        home.copy.take(frame.name, json.loads(text))
