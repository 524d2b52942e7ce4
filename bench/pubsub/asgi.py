"""A room of everybody: each message is published once and read by every socket's own channel."""

import itertools
import os
from typing import Any
from urllib.parse import parse_qs

import django
import msgspec
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.routing import ProtocolTypeRouter, URLRouter
from django.conf import settings
from django.urls import path

settings.configure(
    SECRET_KEY="pubsub",
    CHANNEL_LAYERS={
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [os.environ["REDIS_URL"]]},
        }
    },
)
django.setup()

_numbers = itertools.count(1)


class RoomConsumer(AsyncWebsocketConsumer):
    async def connect(self) -> None:
        self.person_id = parse_qs(self.scope["query_string"].decode())["token"][0]
        await self.channel_layer.group_add("room", self.channel_name)
        await self.accept()
        await self.send('{"event":"messenger:v4:hello","data":{}}')

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard("room", self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        content = msgspec.json.decode(text_data or "{}")
        number = next(_numbers)
        message = {
            "id": str(number),
            "conversationId": content["data"]["conversationId"],
            "seq": number,
            "senderId": self.person_id,
            "content": content["data"]["content"],
        }
        answer = {"ref": content["ref"], "ok": True, "data": {"message": message}}
        await self.send(msgspec.json.encode(answer).decode())
        event = {
            "event": "messenger:v4:message",
            "data": {"conversationId": message["conversationId"], "message": message},
        }
        # spelled once, so that the layer is what is measured
        await self.channel_layer.group_send("room", {"type": "room.text", "text": msgspec.json.encode(event).decode()})

    async def room_text(self, event: dict[str, Any]) -> None:
        await self.send(event["text"])


application = ProtocolTypeRouter({"websocket": URLRouter([path("ws/messenger/", RoomConsumer.as_asgi())])})
