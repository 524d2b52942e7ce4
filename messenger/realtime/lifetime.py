"""The hub of this process: made with the event loop's first need of it, and ended with the server."""

import asyncio
from collections.abc import Sequence

from messenger.events import Event
from messenger.layers import send_from_thread
from messenger.realtime import wire
from messenger.realtime.hub import PROCESS_ID, Hub
from messenger.realtime.shards import shards_of

_hubs: dict[asyncio.AbstractEventLoop, Hub] = {}


def hub_here() -> Hub:
    """The hub of the running event loop; started at the first call."""
    loop = asyncio.get_running_loop()
    hub = _hubs.get(loop)
    if hub is None:
        hub = _hubs[loop] = Hub()
        hub.start()
    return hub


async def stop_hub() -> None:
    """End the hub of the running event loop, if there is one."""
    hub = _hubs.pop(asyncio.get_running_loop(), None)
    if hub is not None:
        await hub.stop()


def tasks_and_connections() -> tuple[int, int]:
    """How many tasks and signed-in connections the event loops of this process have; from any thread."""
    hubs = list(_hubs.items())
    tasks = sum(len(asyncio.all_tasks(loop)) for loop, _ in hubs)
    return tasks, sum(len(mine) for _, hub in hubs for mine in list(hub.connections.values()))


async def send_everybody_away() -> None:
    """Empty this process before it ends (see `Hub.go_away`)."""
    hub = _hubs.get(asyncio.get_running_loop())
    if hub is not None:
        await hub.go_away()


def deliver(events: Sequence[Event]) -> None:
    """Deliver committed events: by this process's hub, or by the channel layer where it has none (tasks, WSGI)."""
    hubs = [hub for loop, hub in _hubs.items() if not loop.is_closed()]
    if hubs:
        for hub in hubs:
            hub.take_from_thread(events)
        return
    for group, part in shards_of(events):
        message = {"type": "messenger.events", "origin": PROCESS_ID, "batch": wire.pack(part)}
        send_from_thread(group, message)
