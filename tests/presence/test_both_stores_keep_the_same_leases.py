"""The rules of leases stand twice, in Lua for Valkey and in Python: random lives find no difference."""

import random
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from redis import Redis

from presence import leases, local_leases
from presence.leases import LeaseChange
from presence.local_leases import CHOSEN, LocalLeases

PERSON = 10**12
NAMES = ["socket-1@1", "socket-2@1", "socket-3@2", "rest:1", "rest:2", "chosen:1", "chosen:2", "chosen:0"]
STEPS = 60


class _Clock:
    """One time for both: Python's, and what the scripts read instead of Valkey's own."""

    def __init__(self, client: Redis) -> None:
        self.ms = 10**13  # far ahead: a server that is running lets nothing run out
        self._client = client

    def monotonic(self) -> float:
        return self.ms / 1000

    def pass_by(self, ms: int) -> None:
        self.ms += ms
        self._client.mset({"test:s": self.ms // 1000, "test:us": self.ms % 1000 * 1000})


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> _Clock:
    client = Redis.from_url(settings.REDIS_URL)
    scripts = [
        client.register_script(text.replace("redis.call('TIME')", "redis.call('MGET', 'test:s', 'test:us')"))
        for text in (leases._APPLY, leases._EXPIRE)
    ]
    clock = _Clock(client)
    clock.pass_by(0)
    monkeypatch.setattr(leases, "_scripts", lambda _: scripts)
    monkeypatch.setattr(local_leases, "time", clock)
    monkeypatch.setattr(local_leases, "settings", SimpleNamespace(REDIS_URL="memory"))
    return clock


def _something(chance: random.Random) -> LeaseChange:
    name = chance.choice(NAMES)
    is_choice = name.startswith(CHOSEN)
    if chance.random() < 0.25:
        state, lasts_s = "ending", 0.0 if is_choice else chance.choice([0.0, 0.11, 0.33])
    else:
        state = chance.choice(["online", "away"] if is_choice else ["online", "away", "alive", "alive"])
        lasts_s = chance.choice([0.11, 0.32, 0.63, 1.04])  # none ends at the very moment when both look
    return LeaseChange(user_id=PERSON, lease=name, state=state, lasts_s=lasts_s)


@pytest.mark.parametrize("seed", range(60))
def test_a_random_life_shows_the_same_in_both(clock: _Clock, seed: int) -> None:
    chance, here = random.Random(seed), LocalLeases()
    life: list[Any] = []
    for _ in range(STEPS):
        change = _something(chance)
        told = [(leases._apply_shared([change]), here.apply([change]))]
        clock.pass_by(chance.choice([0, 50, 150, 400]))
        told.append((leases._changed(leases._scripts("")[1](args=[1000, "g"])[2]), here.expire()))
        shown = leases._statuses_shared([PERSON]), here.statuses_of([PERSON])
        life.append((change.lease, change.state, change.lasts_s, told, shown))
        assert shown[0] == shown[1], "\n".join(map(str, life))
        assert all(shared == local for shared, local in told), "\n".join(map(str, life))
