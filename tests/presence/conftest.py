from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from django.conf import LazySettings
from redis import Redis

from messenger.models import User
from messenger.services.drafts import Draft
from messenger.services.sending import send_message
from tests.servers import Server, running_server
from tests.sockets.conftest import conversation_id, socket, token_of
from tests.threads import in_a_thread

__all__ = ["conversation_id", "socket", "token_of"]


@pytest.fixture(autouse=True)
def nobody_is_here(settings: LazySettings) -> None:
    """Leases of tests before, whose people had the same ids, may last longer than this clock's."""
    valkey = Redis.from_url(settings.REDIS_URL)
    for key in valkey.scan_iter("presence:*"):
        valkey.delete(key)


@pytest.fixture
def server(nobody_is_here: None, transactional_db: None, tmp_path: Path) -> Iterator[Server]:
    """The product with a short clock: a lease lasts 3 s, a closed connection counts for 1 s more."""
    with running_server(tmp_path, MESSENGER_PRESENCE_LEASE="3", MESSENGER_PRESENCE_GRACE="1") as running:
        yield running


def acquaint(conversation_id: str, *people: User) -> None:
    """Let each of them have written there, so that they may see each other."""
    for person in people:
        said = Draft(sender_id=person.pk, conversation_id=int(conversation_id), content="Hello")
        in_a_thread(partial(send_message, said))
