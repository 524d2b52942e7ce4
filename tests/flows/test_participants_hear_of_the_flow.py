import httpx
import pytest

from messenger.models import User
from messenger.services.api_clients import create_client
from tests.live import live, token_of
from tests.native import NativeClient
from tests.servers import Server
from tests.talks import CONVERSATIONS
from tests.threads import in_a_thread

__all__ = ["live"]


@pytest.mark.slow
async def test_a_move_reaches_open_sockets_message_first(
    transactional_db: None, live: Server, alice: User, bob: User, adam: User
) -> None:
    _, key = in_a_thread(lambda: create_client(name="Offers", owner=adam, scopes=["flow"]))
    headers = {"Authorization": f"Bearer {key}"}
    async with (
        httpx.AsyncClient(base_url=live.base_url, headers=headers, trust_env=False) as integrator,
        NativeClient(live.socket_url, token=token_of(alice)) as alices,
    ):
        opened = await integrator.post(CONVERSATIONS, json={"type": "bid", "participantIds": [alice.pk, bob.pk]})
        conversation = opened.json()["conversation"]["id"]
        created = await alices.next("messenger:v4:conversation-created")
        await integrator.post(
            f"{CONVERSATIONS}/{conversation}/flow", json={"chatStatus": "real_time", "message": "You may talk now"}
        )

        said = await alices.next("messenger:v4:message")
        moved = await alices.next("messenger:v4:conversation-updated")

    assert created["conversation"]["flow"]["chatStatus"] == "automated"
    assert (said["message"]["type"], said["message"]["senderId"], said["version"]) == ("automated", None, 2)
    assert (moved["updates"]["flow"]["chatStatus"], moved["version"]) == ("real_time", 3)
