from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.conftest import cluster, shared_cluster
from tests.live import UNLIMITED
from tests.servers import Server, running_server

__all__ = ["cluster", "shared_cluster"]


@pytest.fixture
def server(transactional_db: None, tmp_path: Path) -> Iterator[Server]:
    """A server of the test's own, to be stopped."""
    with running_server(tmp_path, **UNLIMITED) as running:
        yield running
