from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from messenger.models import User
from messenger.services.conversations import NewConversation, open_conversation
from tests.native import NativeClient
from tests.rest import Rest
from tests.servers import Server, running_server
from tests.threads import in_a_thread

PASSWORD = "correct horse battery staple"
Socket = Callable[..., NativeClient]


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
