from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers import Server, running_server
from tests.sockets.conftest import conversation_id, socket, token_of

__all__ = ["conversation_id", "socket", "token_of"]


@pytest.fixture
def server(transactional_db: None, tmp_path: Path) -> Iterator[Server]:
    """The product with a short clock: a lease lasts 3 s, a closed connection counts for 1 s more."""
    with running_server(tmp_path, MESSENGER_PRESENCE_LEASE="3", MESSENGER_PRESENCE_GRACE="1") as running:
        yield running
