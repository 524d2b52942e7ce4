import asyncio

from messenger.models import User
from tests.cluster.clusters import Cluster
from tests.live import greeted, token_of
from tests.native import NativeClient

SEND = "messenger:v4:send"


async def test_who_was_alone_tells_a_newcomer_everything(
    cluster: Cluster, conversation_id: str, alice: User, bob: User
) -> None:
    await asyncio.to_thread(cluster.second.kill)
    async with greeted(NativeClient(cluster.first.socket_url, token=token_of(alice))) as (mine,):
        alone = asyncio.create_task(_talk(mine, conversation_id))  # so that the process knows at each moment
        await asyncio.to_thread(cluster.second.start)
        async with greeted(NativeClient(cluster.second.socket_url, token=token_of(bob))) as (theirs,):
            alone.cancel()
            for number in range(20):
                sent = await mine.call(SEND, {"conversationId": conversation_id, "content": f"Company {number}"})
                assert await _heard(theirs) == sent["message"]["id"]


async def _talk(client: NativeClient, conversation_id: str) -> None:
    while True:
        await client.call(SEND, {"conversationId": conversation_id, "content": "Is anybody here?"})
        await asyncio.sleep(0.02)


async def _heard(client: NativeClient) -> str:
    """The next message that was sent in company."""
    while True:
        message = (await client.next("messenger:v4:message", within=2))["message"]
        if message["content"].startswith("Company"):
            return str(message["id"])
