from typing import Any
from urllib.parse import parse_qs

import jwt
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from bench.naive.models import Conversation, Message, Participant


class ChatConsumer(AsyncJsonWebsocketConsumer):
    async def connect(self) -> None:
        token = parse_qs(self.scope["query_string"].decode())["token"][0]
        self.person_id = int(jwt.decode(token, settings.JWT_SECRET, algorithms=["HS256"])["sub"])
        self.conversation_ids = await self.find_conversations()
        for conversation_id in self.conversation_ids:
            await self.channel_layer.group_add(f"conversation_{conversation_id}", self.channel_name)
        await self.accept()
        await self.send_json({"event": "messenger:v4:hello", "data": {"userId": str(self.person_id)}})

    async def disconnect(self, code: int) -> None:
        for conversation_id in getattr(self, "conversation_ids", []):
            await self.channel_layer.group_discard(f"conversation_{conversation_id}", self.channel_name)

    async def receive_json(self, content: dict[str, Any], **kwargs: Any) -> None:
        data = content["data"]
        message = await self.store_message(data)
        if message is None:
            await self.send_json({"ref": content["ref"], "ok": False, "error": {"code": "not_found"}})
            return
        await self.send_json({"ref": content["ref"], "ok": True, "data": {"message": message}})
        await self.channel_layer.group_send(
            f"conversation_{message['conversationId']}", {"type": "chat.message", "message": message}
        )

    async def chat_message(self, event: dict[str, Any]) -> None:
        message = event["message"]
        await self.send_json(
            {
                "event": "messenger:v4:message",
                "data": {"conversationId": message["conversationId"], "message": message},
            }
        )

    @database_sync_to_async
    def find_conversations(self) -> list[int]:
        return list(Participant.objects.filter(person_id=self.person_id).values_list("conversation_id", flat=True))

    @database_sync_to_async
    def store_message(self, data: dict[str, Any]) -> dict[str, Any] | None:
        with transaction.atomic():
            if not Participant.objects.filter(
                conversation_id=data["conversationId"], person_id=self.person_id
            ).exists():
                return None
            conversation = Conversation.objects.select_for_update().get(id=data["conversationId"])
            conversation.last_seq += 1
            conversation.last_message_at = timezone.now()
            conversation.save()
            message = Message.objects.create(
                conversation=conversation,
                seq=conversation.last_seq,
                sender_id=self.person_id,
                content=data["content"],
                client_nonce=data["clientNonce"],
            )
        return {
            "id": str(message.id),
            "conversationId": str(conversation.id),
            "seq": message.seq,
            "senderId": str(self.person_id),
            "content": message.content,
            "createdAt": message.created_at.isoformat(),
        }
