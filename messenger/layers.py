"""The channel layer: `channels_redis.pubsub`, with the batch publish that the hub needs.

`group_send` of anybody else (a Celery task, a third party) reaches the hubs as well: a hub listens on the layer like
any consumer. What this adds is one round trip for a whole batch, also from a thread without an event loop.
"""

import asyncio
import threading
from typing import Any, cast

import redis
from channels.layers import get_channel_layer
from channels_redis.pubsub import RedisPubSubChannelLayer, RedisPubSubLoopLayer

Message = dict[str, Any]


class HubChannelLayer(RedisPubSubChannelLayer):  # type: ignore[misc]  # channels_redis ships no types
    """One channel per process; see `messenger/realtime/hub.py`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._threads = threading.local()

    async def group_send_here(self, group: str, message: Message) -> None:
        """`group_send` without the lock that the library holds for the whole round trip."""
        layer = cast(RedisPubSubLoopLayer, self._get_layer())
        channel = layer._get_group_channel_name(group)
        shard = layer._get_shard(channel)
        async with shard._lock:
            shard._ensure_redis()
        await shard._redis.publish(channel, self.serialize(message))

    def group_send_from_thread(self, group: str, message: Message) -> None:
        """`group_send` for code without an event loop: a Celery task, a command, a WSGI worker."""
        clients = self._clients_of_this_thread()
        layer = RedisPubSubLoopLayer(*self._args, **self._kwargs, channel_layer=self)
        channel = layer._get_group_channel_name(group)
        client = clients[layer._shards.index(layer._get_shard(channel))]
        client.publish(channel, self.serialize(message))

    def _clients_of_this_thread(self) -> list[redis.Redis]:
        clients = getattr(self._threads, "clients", None)
        if clients is None:
            hosts = [host if isinstance(host, str) else host["address"] for host in self._kwargs["hosts"]]
            clients = [redis.Redis.from_url(host, socket_timeout=2, socket_connect_timeout=2) for host in hosts]
            self._threads.clients = clients
        return cast("list[redis.Redis]", clients)


def send_from_thread(group: str, message: Message) -> None:
    """Send to a group from a thread without an event loop, whatever the layer is."""
    layer = get_channel_layer()
    if isinstance(layer, HubChannelLayer):
        layer.group_send_from_thread(group, message)
    elif layer is not None:
        asyncio.run(layer.group_send(group, message))
