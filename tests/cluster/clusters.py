"""Two web processes of one installation behind the front, as `up --web 2` starts them."""

import contextlib
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.ground.processes import free_port
from tests.live import UNLIMITED
from tests.servers import Server, running_server


@dataclass(frozen=True)
class Cluster:
    """`front` is where clients go; `first` and `second` are what stands behind it."""

    front: Server
    first: Server
    second: Server


@contextlib.contextmanager
def running_front(log_folder: Path, servers: Sequence[Server], *more: str) -> Iterator[Server]:
    """The front on a free port, before these servers; each is named by the setting MESSENGER_PROCESS."""
    port = free_port()
    named = [f"--process={server.settings['MESSENGER_PROCESS']}={server.port}" for server in servers]
    command = [sys.executable, "-m", "config.front", f"--listen=127.0.0.1:{port}", *named, *more]
    front = Server(port=port, log=log_folder / f"front-{port}.log", command=command, settings={})
    front.start()
    try:
        yield front
    finally:
        front.stop()


@contextlib.contextmanager
def running_cluster(log_folder: Path, **more: str) -> Iterator[Cluster]:
    """A cluster of two on the test database; `more` are settings of both."""
    shared = {"MESSENGER_TRUSTED_PROXIES": "127.0.0.1", **UNLIMITED, **more}
    with (
        running_server(log_folder, MESSENGER_PROCESS="web1", **shared) as first,
        running_server(log_folder, MESSENGER_PROCESS="web2", **shared) as second,
        running_front(log_folder, [first, second]) as front,
    ):
        yield Cluster(front, first, second)
