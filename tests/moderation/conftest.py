import pytest

from messenger.models import User
from tests.live import live, second
from tests.rest import Rest
from tests.talks import client_of, open_direct

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
