import pytest

from messenger.models import User
from tests.rest import Rest
from tests.talks import client_of


@pytest.fixture
def as_alice(alice: User) -> Rest:
    return client_of(alice)


@pytest.fixture
def as_bob(bob: User) -> Rest:
    return client_of(bob)


@pytest.fixture
def as_carol(carol: User) -> Rest:
    return client_of(carol)
