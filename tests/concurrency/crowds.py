"""Requests that start at the same moment, each on a connection of its own."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.chaos.crowd import call
from tests.servers import Server

Json = dict[str, Any]
Wanted = tuple[Server, str, str, Json]


def all_at_once(requests: Sequence[Wanted]) -> list[tuple[int, Json]]:
    """POST each (server, token, path, body); the answers in the same order."""
    start = threading.Barrier(len(requests))

    def post(wanted: Wanted) -> tuple[int, Json]:
        server, token, path, body = wanted
        start.wait()
        return call(server, token, "POST", path, body)

    with ThreadPoolExecutor(len(requests)) as threads:
        return list(threads.map(post, requests))
