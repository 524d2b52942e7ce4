from collections.abc import Iterator
from pathlib import Path

import pytest

from messenger.models import User
from tests.live import UNLIMITED, direct, live, second
from tests.servers import Server, running_server

__all__ = ["live", "second"]


@pytest.fixture(scope="session")
def live_daphne(live: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The product on daphne, for all tests that may share it."""
    with running_server(tmp_path_factory.mktemp("daphne"), server="daphne", **UNLIMITED) as running:
        yield running


@pytest.fixture(params=["uvicorn", "daphne"])
def server(request: pytest.FixtureRequest, transactional_db: None) -> Server:
    """The product's web process, once on each server."""
    name = "live" if request.param == "uvicorn" else "live_daphne"
    running: Server = request.getfixturevalue(name)
    return running


@pytest.fixture
def conversation_id(transactional_db: None, alice: User, bob: User) -> str:
    """The direct conversation of alice and bob."""
    return direct(alice, bob)


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """Where a server of the test's own may write."""
    return tmp_path
