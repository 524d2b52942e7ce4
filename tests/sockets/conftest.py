from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import pytest
from django.db import connection

from messenger.models import User
from messenger.services.conversations import NewConversation, open_conversation
from tests.native import NativeClient
from tests.rest import Rest
from tests.servers import Server, running_server

PASSWORD = "correct horse battery staple"
Socket = Callable[..., NativeClient]
T = TypeVar("T")


def in_a_thread(work: Callable[[], T]) -> T:
    """Do what queries need: a thread without an event loop. For fixtures that async tests call."""

    def with_own_connection() -> T:
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(with_own_connection).result()


@pytest.fixture
def server(transactional_db: None, tmp_path: Path) -> Iterator[Server]:
    """The product's web process on the test database."""
    with running_server(tmp_path) as running:
        yield running


@pytest.fixture
def token_of(transactional_db: None) -> Callable[[User], str]:
    """Sign somebody in for an access token."""

    def sign_in(user: User) -> str:
        status, answer = Rest(csrf=False).post("/api/v4/auth/token", {"email": user.email, "password": PASSWORD})
        assert status == 200, answer
        return str(answer["access"])

    return sign_in


@pytest.fixture
def socket(server: Server, token_of: Callable[[User], str]) -> Socket:
    """A native connection of somebody: `async with socket(alice) as client`."""
    return lambda user: NativeClient(server.socket_url, token=in_a_thread(lambda: token_of(user)))


@pytest.fixture
def conversation_id(server: Server, alice: User, bob: User) -> str:
    """The direct conversation of alice and bob."""
    opened = open_conversation(creator=alice, wanted=NewConversation(participant_ids=(bob.pk,)))
    return str(opened.conversation[0].id)
