import asyncio
import json

from messenger.models import Message, User
from tests.live import greeted, token_of
from tests.native import NativeClient
from tests.servers import Server
from tests.threads import in_a_thread

BETWEEN_S = 0.003


async def test_what_was_sent_before_leaving_is_stored(server: Server, alice: User, conversation_id: str) -> None:
    """Answers to what came before can no longer be written then: that is no reason to forget what comes after."""
    for number in range(10):
        async with greeted(NativeClient(server.socket_url, token=token_of(alice))) as (client,):
            for event, data in (
                ("sync", {}),
                ("join-conversation", {"conversationId": conversation_id}),
                ("send", {"conversationId": conversation_id, "content": f"Last words {number}"}),
            ):
                await client.socket.send(json.dumps({"event": f"messenger:v4:{event}", "data": data, "ref": event}))
                await asyncio.sleep(BETWEEN_S)
            await client.socket.close()

    async with asyncio.timeout(5):
        while in_a_thread(lambda: _stored(conversation_id)) < 10:
            await asyncio.sleep(0.1)


def _stored(conversation_id: str) -> int:
    return Message.objects.filter(conversation_id=conversation_id, content__startswith="Last words").count()
