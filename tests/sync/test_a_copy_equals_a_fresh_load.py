from random import Random

import pytest
from django.conf import LazySettings

from messenger.models import User
from tests.sync.households import Town
from tests.sync.random_days import Day

SEEDS = range(1, 7)
STEPS = 80


@pytest.fixture(autouse=True)
def _no_limits(settings: LazySettings) -> None:
    settings.MESSENGER_RATE_LIMIT = "off"


@pytest.fixture
def people(alice: User, bob: User, carol: User, adam: User) -> list[User]:
    return [alice, bob, carol, adam]


@pytest.mark.parametrize("seed", SEEDS)
def test_events_alone_keep_a_copy_equal(people: list[User], seed: int) -> None:
    chance = Random(seed)
    town = Town(*people, chance=chance)
    day = Day(town, people, chance)
    day.begin()

    with town.delivering():
        for _ in range(STEPS):
            deed = day.step()
            for home in town.homes.values():
                assert deed == "rename" or home.copy.gaps() == set()  # nobody else misses a number
                home.heal()

    for home in town.homes.values():
        assert home.differences() == []


@pytest.mark.parametrize("seed", SEEDS)
def test_one_sync_heals_whatever_was_missed(people: list[User], seed: int) -> None:
    chance = Random(1000 + seed)
    town = Town(*people, chance=chance, loses=0.3)
    day = Day(town, people, chance)
    day.begin()

    with town.delivering():
        for _ in range(STEPS):
            for home in town.homes.values():
                home.is_online = chance.random() < 0.8 if not home.is_online else chance.random() < 0.9
            day.step()
            if chance.random() < 0.1:
                chance.choice(list(town.homes.values())).heal()

    for home in town.homes.values():
        home.sync(limit=chance.choice([None, 1, 3, 20]), repeats_first=chance.random() < 0.5)
        assert home.differences() == []
        assert home.sync() == 1
