import asyncio
from collections.abc import Callable

import httpx
import pytest

from messenger.models import User
from moderation.services.deeds import remove_message, set_conversation_status, suspend
from notifications.models import Notification
from tests.live import direct, token_of, tokens_of
from tests.native import NativeClient, Refused
from tests.servers import Server
from tests.threads import in_a_thread

WITHIN_S = 2.0

Call = Callable[[str, str, dict[str, object]], httpx.Response]


@pytest.fixture
def talk(transactional_db: None, alice: User, bob: User) -> str:
    """The direct conversation of alice and bob."""
    return direct(alice, bob)


@pytest.fixture
def adam_calls(transactional_db: None, live: Server, adam: User) -> Call:
    """The administrator's program, at the running server."""
    headers = {"Authorization": f"Bearer {token_of(adam)}"}

    def call(method: str, path: str, body: dict[str, object]) -> httpx.Response:
        address = f"{live.base_url}/api/v4/messenger/admin/{path}"
        return httpx.request(method, address, json=body, headers=headers, trust_env=False)

    return call


def _socket(server: Server, user: User) -> NativeClient:
    return NativeClient(server.socket_url, token=token_of(user))


async def _say(client: NativeClient, talk: str, content: str) -> str:
    answer = await client.call("send", {"conversationId": talk, "content": content, "clientNonce": content})
    return str(answer["message"]["id"])


async def test_a_suspension_closes_every_socket_and_lets_none_open(
    live: Server, second: Server, adam_calls: Call, bob: User, talk: str
) -> None:
    async with _socket(live, bob) as here, _socket(second, bob) as there:
        await asyncio.gather(here.next("hello"), there.next("hello"))

        answer = await asyncio.to_thread(adam_calls, "POST", f"users/{bob.pk}/suspend", {"reason": "Threats"})

        codes = await asyncio.gather(here.closed(within=WITHIN_S), there.closed(within=WITHIN_S))
        assert (answer.status_code, *codes) == (200, 4001, 4001)
        assert [client.taken("session-ended") for client in (here, there)] == [[{"reason": "suspended"}]] * 2


async def test_a_token_from_before_opens_nothing_any_more(live: Server, adam: User, bob: User, talk: str) -> None:
    token = tokens_of(bob).access
    in_a_thread(lambda: suspend(moderator=adam, user_id=bob.pk, until=None, reason="Threats"))

    async with NativeClient(live.socket_url, token=token) as client:
        assert await client.closed(within=WITHIN_S) == 4001


async def test_a_removed_message_vanishes_from_open_windows(
    live: Server, second: Server, adam_calls: Call, alice: User, bob: User, talk: str
) -> None:
    async with _socket(live, bob) as bobs, _socket(second, alice) as alices:
        message_id = await _say(bobs, talk, "Hateful")

        await asyncio.to_thread(adam_calls, "DELETE", f"messages/{message_id}", {"reason": "Hate"})

        for client in (bobs, alices):
            told = await client.next("message-deleted", within=WITHIN_S)
            assert told["messageId"] == message_id


async def test_a_warning_is_read_at_once_and_kept(live: Server, adam_calls: Call, bob: User) -> None:
    async with _socket(live, bob) as bobs:
        await bobs.next("hello")

        await asyncio.to_thread(adam_calls, "POST", f"users/{bob.pk}/warn", {"reason": "Be kind"})

        told = (await bobs.next("notification", within=WITHIN_S))["notification"]
    assert (told["type"], told["category"], told["priority"]) == ("moderation", "warned", "high")
    assert (told["message"], told["userId"], told["isRead"]) == ("Be kind", str(bob.pk), False)
    assert in_a_thread(lambda: Notification.objects.get(pk=told["id"]).user_id) == bob.pk


async def test_a_closed_conversation_shows_and_refuses_at_once(
    live: Server, adam_calls: Call, alice: User, bob: User, talk: str
) -> None:
    async with _socket(live, bob) as bobs, _socket(live, alice) as alices:
        await asyncio.gather(bobs.next("hello"), alices.next("hello"))

        await asyncio.to_thread(adam_calls, "PATCH", f"conversations/{talk}", {"status": "closed", "reason": "Fraud"})

        for client in (bobs, alices):
            told = await client.next("conversation-updated", within=WITHIN_S)
            assert told["updates"] == {"status": "closed"}
        with pytest.raises(Refused) as refusal:
            await _say(bobs, talk, "Hello?")
        assert refusal.value.code == "conversation_closed"


async def test_what_a_worker_does_reaches_sockets_too(
    live: Server, adam: User, alice: User, bob: User, talk: str
) -> None:
    async with _socket(live, alice) as alices, _socket(live, bob) as bobs:
        message_id = await _say(bobs, talk, "Hateful")
        in_a_thread(lambda: remove_message(moderator=adam, message_id=int(message_id), reason="Hate"))
        in_a_thread(
            lambda: set_conversation_status(moderator=adam, conversation_id=int(talk), status="closed", reason="Hate")
        )

        assert (await alices.next("message-deleted", within=WITHIN_S))["messageId"] == message_id
        assert (await alices.next("conversation-updated", within=WITHIN_S))["updates"] == {"status": "closed"}
