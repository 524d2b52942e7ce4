import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from messenger.models import Message
from tests.cluster.conftest import cluster, shared_cluster
from tests.live import UNLIMITED
from tests.servers import Server, running_server

__all__ = ["cluster", "shared_cluster"]

STOPPED_WITHIN_S = 15.0


@pytest.fixture
def server(transactional_db: None, tmp_path: Path) -> Iterator[Server]:
    """A server of the test's own, to be stopped."""
    with running_server(tmp_path, **UNLIMITED) as running:
        yield running


def stopped(server: Server) -> float:
    """Send SIGTERM; the seconds until the process has ended, in an orderly way."""
    assert server.process is not None
    began = time.monotonic()
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(timeout=STOPPED_WITHIN_S + 5) == 0
    return time.monotonic() - began


def stored_nonces() -> list[str]:
    """The nonces of all messages, as often as they are stored."""
    return [str(nonce) for nonce in Message.objects.exclude(nonce=None).values_list("nonce", flat=True)]
