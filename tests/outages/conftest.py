from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from config.engines.places import Places
from config.engines.valkey import Valkey, start_valkey
from messenger.models import User
from tests.cluster.clusters import Cluster, running_cluster
from tests.live import direct, unlimited


@dataclass
class OwnValkey:
    """A Valkey of the test's own, which may go and come back, empty, at the same address.

    It dies with the thread that started it: start it in the main one.
    """

    places: Places
    running: Valkey | None = field(default=None)

    def start(self) -> None:
        self.running = start_valkey(self.places)

    def stop(self) -> None:
        if self.running is not None:
            self.running.stop()
            self.running = None


@pytest.fixture(scope="module")
def own_valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnValkey]:
    """Nobody else uses it."""
    valkey = OwnValkey(Places(tmp_path_factory.mktemp("valkey")))
    valkey.start()
    yield valkey
    valkey.stop()


@pytest.fixture(scope="module")
def module_cluster(
    django_db_setup: None, own_valkey: OwnValkey, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Cluster]:
    """Two processes that share this Valkey. Leases last long: what heals presence here is no sign of life."""
    folder: Path = tmp_path_factory.mktemp("cluster")
    settings = {
        "REDIS_URL": own_valkey.places.redis_url,
        "MESSENGER_PRESENCE_GRACE": "1",
        "MESSENGER_CONNECTIONS_PER_USER": "3",
    }
    with running_cluster(folder, **settings, MESSENGER_RATE_LIMIT_FREE_MESSAGES="5/min") as running:
        yield running


@pytest.fixture
def cluster(transactional_db: None, module_cluster: Cluster, own_valkey: OwnValkey) -> Cluster:
    """Two processes with their Valkey there."""
    if own_valkey.running is None:
        own_valkey.start()
    return module_cluster


@pytest.fixture
def conversation_id(cluster: Cluster, alice: User, bob: User) -> str:
    """The direct conversation of alice and bob, who may do as much as they like."""
    unlimited(alice, bob)
    return direct(alice, bob)
