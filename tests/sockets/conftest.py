from collections.abc import Callable

import pytest

from messenger.models import User
from tests.live import direct, live, second
from tests.live import token_of as fresh_token_of
from tests.native import NativeClient
from tests.servers import Server

__all__ = ["live", "second"]

Socket = Callable[..., NativeClient]


@pytest.fixture
def server(transactional_db: None, live: Server) -> Server:
    """The product's web process on the test database, shared by all tests."""
    return live


@pytest.fixture
def token_of(transactional_db: None) -> Callable[[User], str]:
    """Sign somebody in for an access token."""
    return fresh_token_of


@pytest.fixture
def socket(server: Server, token_of: Callable[[User], str]) -> Socket:
    """A native connection of somebody: `async with socket(alice) as client`."""
    return lambda user: NativeClient(server.socket_url, token=token_of(user))


@pytest.fixture
def conversation_id(server: Server, alice: User, bob: User) -> str:
    """The direct conversation of alice and bob."""
    return direct(alice, bob)
