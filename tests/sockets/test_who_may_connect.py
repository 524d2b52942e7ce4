from datetime import timedelta
from typing import Any

import pytest
from channels.testing import WebsocketCommunicator
from django.test import Client
from django.utils import timezone
from freezegun import freeze_time
from websockets.exceptions import InvalidStatus

from messenger.models import User
from messenger.realtime import websocket
from messenger.services.token_pairs import revoke_tokens
from tests.live import greeted, token_of, tokens_of
from tests.native import NativeClient, Refused
from tests.servers import Server
from tests.threads import in_a_thread


@pytest.fixture
def cookie(transactional_db: None, alice: User) -> str:
    """The session cookie of alice's browser."""
    browser = Client()
    browser.force_login(alice)
    return f"sessionid={browser.cookies['sessionid'].value}"


async def _user_of(client: NativeClient) -> str:
    async with client:
        return str((await client.next("hello"))["userId"])


async def _code_of(client: NativeClient) -> int:
    async with client:
        return await client.closed()


async def test_a_token_in_the_address_proves(server: Server, alice: User) -> None:
    assert await _user_of(NativeClient(server.socket_url, token=token_of(alice))) == str(alice.pk)


async def test_a_bearer_header_proves(server: Server, alice: User) -> None:
    headers = {"Authorization": f"Bearer {token_of(alice)}"}

    assert await _user_of(NativeClient(server.socket_url, headers=headers)) == str(alice.pk)


async def test_a_cookie_proves(server: Server, alice: User, cookie: str) -> None:
    assert await _user_of(NativeClient(server.socket_url, headers={"Cookie": cookie})) == str(alice.pk)


async def test_a_cookie_from_ones_own_page_proves(server: Server, alice: User, cookie: str) -> None:
    headers = {"Cookie": cookie, "Origin": server.base_url}

    assert await _user_of(NativeClient(server.socket_url, headers=headers)) == str(alice.pk)


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "http://127.0.0.1:1", "null", "http://[", "", "http://127.0.0.1.evil.example", "file://"],
)
async def test_a_cookie_from_a_foreign_page_counts_for_nothing(
    server: Server, bob: User, cookie: str, origin: str
) -> None:
    client = NativeClient(server.socket_url, headers={"Cookie": cookie, "Origin": origin})

    async with client:
        await client.post("auth", {"token": token_of(bob)})
        hello = await client.next("hello")

    assert hello["userId"] == str(bob.pk)


async def test_a_token_counts_from_any_page(server: Server, alice: User) -> None:
    client = NativeClient(server.socket_url, token=token_of(alice), headers={"Origin": "https://evil.example"})

    assert await _user_of(client) == str(alice.pk)


async def test_a_first_auth_frame_proves(server: Server, alice: User) -> None:
    async with NativeClient(server.socket_url) as client:
        await client.post("auth", {"token": token_of(alice)})

        assert (await client.next("hello"))["userId"] == str(alice.pk)


async def test_nothing_is_done_before_the_proof(server: Server, alice: User) -> None:
    async with NativeClient(server.socket_url) as client:
        await client.post("sync")
        await client.post("auth", {"token": token_of(alice)})
        hello = await client.next("hello")

        assert (hello["userId"], client.events) == (str(alice.pk), [])


async def test_what_is_asked_before_the_proof_is_refused_and_the_proof_is_answered(server: Server, alice: User) -> None:
    async with NativeClient(server.socket_url) as client:
        with pytest.raises(Refused) as refused:
            await client.call("sync")
        answer = await client.call("auth", {"token": token_of(alice)})

        assert refused.value.code == "unauthenticated"
        assert answer == {"userId": str(alice.pk)}
        assert [name for name, _ in client.events] == ["messenger:v4:hello"]


async def test_a_wrong_token_is_closed_with_4001(server: Server, alice: User, cookie: str) -> None:
    pair = tokens_of(alice)
    with freeze_time(timezone.now() - timedelta(minutes=16)):
        expired = token_of(alice)
    wrong = ["nonsense", pair.refresh, expired, pair.access[:-4], "%00", "x" * 7000, "%ff%fe", "msk_nothing"]

    codes = [
        await _code_of(NativeClient(server.socket_url, token=token, headers={"Cookie": cookie})) for token in wrong
    ]

    assert codes == [4001] * len(wrong)


@pytest.mark.parametrize("data", [{}, {"token": 5}, {"token": "nonsense"}, {"token": ["x"]}, {"userId": "1"}])
async def test_a_wrong_first_auth_is_closed_with_4001(server: Server, data: dict[str, object]) -> None:
    async with NativeClient(server.socket_url) as client:
        await client.post("auth", data)

        assert await client.closed() == 4001


async def test_who_brings_no_proof_in_time_is_closed_with_4001(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(websocket, "PROOF_WITHIN_S", 0.2)
    scope_of_nobody = WebsocketCommunicator(websocket.MessengerSocket.as_asgi(), "/ws/messenger/")

    assert await scope_of_nobody.connect() == (True, None)
    closing: dict[str, Any] = await scope_of_nobody.receive_output(timeout=2)

    assert websocket.PROOF_WITHIN_S == 0.2
    assert (closing["type"], closing["code"]) == ("websocket.close", 4001)


async def test_a_strange_address_is_answered_and_breaks_nothing(server: Server, alice: User) -> None:
    many = "&".join(f"a{n}=1" for n in range(100))

    codes = [await _code_of(NativeClient(f"{server.socket_url}?{query}&token=x")) for query in (many, "%", "token=%")]

    assert codes == [4001] * 3
    assert await _user_of(NativeClient(server.socket_url, token=token_of(alice))) == str(alice.pk)


@pytest.mark.parametrize("where", ["address", "header"])
async def test_a_handshake_that_is_too_long_is_refused(server: Server, where: str) -> None:
    headers = {"X-Long": "x" * 100_000} if where == "header" else {}
    client = NativeClient(server.socket_url, token="x" * 9000 if where == "address" else None, headers=headers)

    with pytest.raises(InvalidStatus) as refused:
        async with client:
            pass

    assert refused.value.response.status_code == 431


async def test_there_is_no_other_socket(server: Server) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with NativeClient(server.socket_url.replace("/messenger/", "/elsewhere/")):
            pass

    assert refused.value.response.status_code == 403


async def test_a_fresh_token_renews_an_open_connection(server: Server, alice: User) -> None:
    first, second = tokens_of(alice), tokens_of(alice)

    async with greeted(NativeClient(server.socket_url, token=first.access)) as (client,):
        answer = await client.call("auth", {"token": second.access})
        in_a_thread(lambda: revoke_tokens(refresh=first.refresh))
        still = await client.call("sync")
        in_a_thread(lambda: revoke_tokens(refresh=second.refresh))
        code = await client.closed(within=2)

    assert answer == {"userId": str(alice.pk)}
    assert (still["success"], code) == (True, 4001)


@pytest.mark.parametrize("whose", ["bob", "nobody", "number"])
async def test_another_proof_changes_nothing(server: Server, alice: User, bob: User, whose: str) -> None:
    token: object = {"bob": token_of(bob), "nobody": "nonsense", "number": 7}[whose]

    async with greeted(NativeClient(server.socket_url, token=token_of(alice))) as (client,):
        with pytest.raises(Refused) as refused:
            await client.call("auth", {"token": token})
        answer = await client.call("sync")

    assert refused.value.code == ("validation_error" if whose == "number" else "invalid_token")
    assert answer["success"] is True


async def test_no_token_is_written_to_the_log(server: Server, alice: User) -> None:
    pair = tokens_of(alice)

    await _user_of(NativeClient(server.socket_url, token=pair.access))
    await _code_of(NativeClient(server.socket_url, token=pair.refresh))

    log = server.log.read_text()
    assert pair.access not in log
    assert pair.refresh not in log
