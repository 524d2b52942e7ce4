from collections.abc import Iterator

import pytest

from messenger.models import User
from tests.cluster.clusters import Cluster, running_cluster
from tests.live import direct, unlimited


@pytest.fixture(scope="session")
def shared_cluster(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Two processes and the front, started once for the run."""
    folder = tmp_path_factory.mktemp("cluster")
    with running_cluster(folder, MESSENGER_PRESENCE_LEASE="4", MESSENGER_PRESENCE_GRACE="1") as running:
        yield running


@pytest.fixture
def cluster(transactional_db: None, shared_cluster: Cluster) -> Iterator[Cluster]:
    """The cluster, whole again after each test: what a test ended is started again."""
    yield shared_cluster
    for server in (shared_cluster.first, shared_cluster.second):
        if server.process is None or server.process.poll() is not None:
            server.start()


@pytest.fixture
def conversation_id(cluster: Cluster, alice: User, bob: User) -> str:
    """The direct conversation of alice and bob, who may do as much as they like."""
    unlimited(alice, bob)
    return direct(alice, bob)
