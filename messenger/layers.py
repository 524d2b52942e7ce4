"""The channel layer: `channels_redis.pubsub`, with the batch publish that the hub needs, and calm while Valkey is away.

`group_send` of anybody else (a Celery task, a third party) reaches the hubs as well: a hub listens on the layer like
any consumer. What this adds is one round trip for a whole batch, also from a thread without an event loop, and a
receiver that says once what is wrong and subscribes again by itself.
"""

import asyncio
import threading
from typing import Any, cast

import redis
from channels.layers import get_channel_layer
from channels_redis.pubsub import RedisPubSubChannelLayer, RedisPubSubLoopLayer, RedisSingleShardConnection
from channels_redis.utils import _wrap_close, decode_hosts
from redis.exceptions import RedisError

from messenger.outages import Outages

Message = dict[str, Any]

PUBLISHED_WITHIN_S = 2.0
RECEIVED_WITHIN_S = 1.0
AGAIN_AFTER_S = 0.5

_hearing = Outages("other processes' events come by sync")
_telling = Outages("other processes hear of events here by sync")


class _Shard(RedisSingleShardConnection):  # type: ignore[misc]  # channels_redis ships no types
    """Receives without a traceback for each try; redis-py subscribes to everything again once it has connected."""

    async def unsubscribe(self, channel: str) -> None:
        try:
            await super().unsubscribe(channel)
        except (RedisError, OSError):
            self._subscribed_to.discard(channel)  # with the connection the subscription has gone

    async def _do_receiving(self) -> None:
        while True:
            if self._pubsub is None or not self._pubsub.subscribed:
                await asyncio.sleep(0.1)
                continue
            try:
                message = await self._pubsub.get_message(ignore_subscribe_messages=True, timeout=RECEIVED_WITHIN_S)
            except (RedisError, OSError) as error:
                _hearing.note_failure(error)
                await asyncio.sleep(AGAIN_AFTER_S)
            else:
                _hearing.note_answer()
                self._receive_message(message)


class _LoopLayer(RedisPubSubLoopLayer):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._shards = [_Shard(host, self) for host in decode_hosts(kwargs["hosts"])]


class HubChannelLayer(RedisPubSubChannelLayer):  # type: ignore[misc]
    """One channel per process; see `messenger/realtime/hub.py`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._threads = threading.local()

    async def group_send_here(self, group: str, message: Message) -> int:
        """`group_send` without the lock that the library holds for the whole round trip; gives how many listened.

        Where Valkey is away nobody else is told: the numbers show it, and sync heals it.
        """
        layer = self._get_layer()
        channel = layer._get_group_channel_name(group)
        shard = layer._get_shard(channel)
        try:
            async with asyncio.timeout(PUBLISHED_WITHIN_S):
                async with shard._lock:
                    shard._ensure_redis()
                listeners: int = await shard._redis.publish(channel, self.serialize(message))
        except (RedisError, OSError) as error:
            _telling.note_failure(error)
            return 0
        _telling.note_answer()
        return listeners

    def group_send_from_thread(self, group: str, message: Message) -> None:
        """`group_send` for code without an event loop: a Celery task, a command, a WSGI worker."""
        layer = _LoopLayer(*self._args, **self._kwargs, channel_layer=self)
        channel = layer._get_group_channel_name(group)
        if not _telling.is_worth_asking:
            return
        try:
            client = self._clients_of_this_thread()[layer._shards.index(layer._get_shard(channel))]
            client.publish(channel, self.serialize(message))
        except (RedisError, OSError) as error:
            _telling.note_failure(error)
        else:
            _telling.note_answer()

    def _get_layer(self) -> _LoopLayer:
        loop = asyncio.get_running_loop()
        layer = self._layers.get(loop)
        if layer is None:
            layer = self._layers[loop] = _LoopLayer(*self._args, **self._kwargs, channel_layer=self)
            _wrap_close(self, loop)
        return cast(_LoopLayer, layer)

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
