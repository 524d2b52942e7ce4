import pytest

from messenger.models import User
from moderation.models import Report
from tests.live import live, second
from tests.rest import Rest
from tests.talks import M, client_of, open_direct, say

__all__ = ["live", "second"]


@pytest.fixture
def as_alice(alice: User) -> Rest:
    """Alice's browser."""
    return client_of(alice)


@pytest.fixture
def as_bob(bob: User) -> Rest:
    """Bob's browser."""
    return client_of(bob)


@pytest.fixture
def as_adam(adam: User) -> Rest:
    """The administrator's browser."""
    return client_of(adam)


@pytest.fixture
def talk(as_alice: Rest, bob: User) -> str:
    """The direct conversation of alice and bob."""
    return open_direct(as_alice, bob)


@pytest.fixture
def report(as_alice: Rest, as_bob: Rest, talk: str) -> Report:
    """Alice's report of what bob said."""
    message = say(as_bob, talk, "Hand over your <b>money</b>")
    as_alice.post(f"{M}/messages/{message['id']}/report", {"reason": "harassment", "details": "He means it"})
    return Report.objects.get()
