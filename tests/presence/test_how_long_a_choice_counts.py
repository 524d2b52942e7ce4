import time
from collections.abc import Callable

import pytest
from django.conf import LazySettings

from messenger.models import User
from presence import leases
from presence.leases import LeaseChange

Change = Callable[..., str]


@pytest.fixture(params=["valkey", "memory"])
def change(request: pytest.FixtureRequest, db: None, settings: LazySettings, bob: User) -> Change:
    """Change a lease of bob's; gives what he is shown as."""
    if request.param == "memory":
        settings.REDIS_URL = "memory"

    def carry_out(lease: str, state: str, lasts_s: float = 30.0) -> str:
        leases.apply([LeaseChange(user_id=bob.pk, lease=lease, state=state, lasts_s=lasts_s)])
        return leases.statuses_of([bob.pk])[bob.pk]

    return carry_out


def status_after(seconds: float, user: User) -> str:
    time.sleep(seconds)
    leases.expire()
    return leases.statuses_of([user.pk]).get(user.pk, "offline")


def test_who_chose_to_be_away_is_whatever_devices_say(change: Change) -> None:
    for lease, state, expected in (
        ("socket", "online", "online"),
        ("chosen:1", "away", "away"),
        ("socket", "alive", "away"),
        ("socket", "online", "away"),
        ("chosen:1", "online", "online"),
        ("socket", "away", "online"),
        ("chosen:1", "ending", "online"),
    ):
        assert change(lease, state) == expected, (lease, state)


def test_the_last_choice_counts_whichever_device_made_it(change: Change) -> None:
    change("socket", "online")
    change("chosen:1", "away")

    assert change("chosen:2", "online") == "online"
    assert change("chosen:1", "ending", 0) == "online"
    assert change("chosen:1", "away") == "away"


def test_a_choice_to_be_away_stands_while_a_device_is_there(change: Change, bob: User) -> None:
    change("socket", "online", 0.8)
    change("chosen:1", "away", 0.3)

    assert status_after(0.5, bob) == "away"
    assert change("socket", "alive", 0.8) == "away"
    assert status_after(0.5, bob) == "away"
    assert change("chosen:1", "ending", 0) == "online"


@pytest.mark.parametrize("status", ["away", "online"])
def test_a_choice_goes_with_the_last_device(change: Change, bob: User, status: str) -> None:
    change("phone", "online")
    change("laptop", "online")
    change("chosen:1", status)
    change("phone", "ending", 0.1)

    assert status_after(0.3, bob) == status
    assert change("laptop", "ending", 0.1) == status
    assert status_after(0.3, bob) == "offline"
    assert change("laptop", "online") == "online"


@pytest.mark.parametrize("status", ["away", "online"])
def test_a_choice_goes_at_once_where_the_last_device_does(change: Change, bob: User, status: str) -> None:
    """The device that signs out need not be the one that chose."""
    change("laptop", "online")
    change("chosen:2", status)

    leases.apply([LeaseChange(user_id=bob.pk, lease="laptop", state="ending", lasts_s=0)])

    assert status_after(0, bob) == "offline"


def test_a_choice_stays_where_a_device_by_rest_alone_does(change: Change, bob: User) -> None:
    change("rest:1", "alive", 0.6)
    change("laptop", "online")
    change("chosen:2", "away")

    assert change("laptop", "ending", 0) == "away"
    assert status_after(0.8, bob) == "offline"


def test_who_had_gone_may_choose_anew(change: Change, bob: User) -> None:
    change("laptop", "online", 0.1)
    time.sleep(0.2)

    assert change("chosen:1", "away") == "away"
    assert status_after(0.1, bob) == "away"


def test_a_choice_of_somebody_without_a_device_lasts_by_itself(change: Change, bob: User) -> None:
    change("rest:1", "alive", 0.1)
    change("chosen:1", "away", 0.6)

    assert status_after(0.3, bob) == "away"
    assert status_after(0.5, bob) == "offline"
