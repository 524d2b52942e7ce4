import asyncio
import json

import pytest

from messenger.models import User
from messenger.realtime.cors import Cors
from messenger.realtime.engine import Engine
from messenger.realtime.lifetime import hub_here, stop_hub
from messenger.realtime.protocol.engineio import Rules
from messenger.realtime.seats import Seats
from messenger.realtime.socketio_door import SocketIoClient
from tests.live import token_of
from tests.servers import Server
from tests.socketio.polls import Poller
from tests.socketio.raw import RawSocket

PRESENCE = '["messenger:v4:presence",{}]'


def _told(client: RawSocket, start: str) -> object:
    client.read_until(start.encode())
    return json.loads(client.read_until(b"}]")[:-1])


def test_the_reply_comes_first_then_the_answer_then_the_greeting(server: Server, alice: User) -> None:
    with RawSocket(server.port) as client:
        client.packet("40")
        client.packet(f'427["auth",{{"token":"Bearer {token_of(alice)}","userId":"{alice.pk}"}}]')

        assert _told(client, '42["auth:success",') == {"userId": str(alice.pk)}
        client.read_until(f'437[{{"ok":true,"data":{{"userId":"{alice.pk}"}}}}]'.encode())
        client.read_until(b'42["messenger:v4:hello"')


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ("{}", "missing_token"),
        ('{"token":""}', "missing_token"),
        ('{"token":"wrong"}', "invalid_token"),
        ('{"token":7}', "invalid_token"),
        ('{"token":"TOKEN","userId":"1000000"}', "identity_mismatch"),
    ],
)
def test_a_bad_proof_is_told_and_another_may_follow(server: Server, alice: User, data: str, code: str) -> None:
    token = token_of(alice)
    with RawSocket(server.port) as client:
        client.packet("40")
        client.packet(f'427["auth",{data.replace("TOKEN", token)}]')

        told = _told(client, '42["auth:error",')
        client.read_until(f'437[{{"ok":false,"error":{{"code":"{code}"'.encode())
        client.packet(f'428["auth",{{"token":"{token}"}}]')
        client.read_until(b'438[{"ok":true')

    assert isinstance(told, dict)
    assert (told["code"], told["error"]) == (code, told["message"])


def test_five_bad_proofs_are_enough(server: Server) -> None:
    with RawSocket(server.port) as client:
        client.packet("40")
        for _ in range(5):
            client.packet('42["auth",{"token":"wrong"}]')

        client.read_until(b"41")
        assert client.close_code() in (4001, None)


def test_five_refused_connects_are_enough(server: Server) -> None:
    with RawSocket(server.port) as client:
        for _ in range(5):
            client.packet('40{"token":"wrong"}')
            client.read_until(b'44{"message":"unauthorized"')

        assert client.close_code() == 1000


def test_events_before_any_proof_are_answered_for_a_while(live: Server) -> None:
    # daphne resets the connection, and with it the answers that were not read yet
    with RawSocket(live.port) as client:
        client.packet("40")
        for number in range(101):
            client.packet(f"42{number}{PRESENCE}")

        client.read_until(b'4399[{"ok":false,"error":{"code":"unauthenticated","message":"Not authenticated"}}]')
        assert client.close_code() == 1000


def test_a_fresh_token_renews_and_another_persons_does_not(server: Server, alice: User, bob: User) -> None:
    with RawSocket(server.port) as client:
        client.sign_in(token_of(alice))
        client.packet(f'421["auth",{{"token":"{token_of(alice)}"}}]')
        client.read_until(b'431[{"ok":true')
        client.packet(f'422["auth",{{"token":"{token_of(bob)}"}}]')
        client.read_until(b'432[{"ok":false,"error":{"code":"invalid_token"')
        client.packet('423["auth",{}]')

        client.read_until(f'433[{{"ok":true,"data":{{"userId":"{alice.pk}"}}}}]'.encode())


def test_who_leaves_may_come_again_on_the_same_transport(server: Server, alice: User, bob: User) -> None:
    with RawSocket(server.port) as client:
        client.sign_in(token_of(alice))
        client.packet("41")
        client.sign_in(token_of(bob))
        client.packet(f"421{PRESENCE}")

        client.read_until(b'431[{"ok":true')


def test_a_session_is_known_to_its_own_process_alone(live: Server, second: Server, transactional_db: None) -> None:
    with Poller(live.port) as here, Poller(second.port) as there:
        there.sid = here.sid

        answer = there.ask("GET")

    assert (answer.status_code, answer.json()) == (400, {"code": 1, "message": "Session ID unknown"})


async def test_a_proof_under_way_when_the_time_is_over_opens_nothing(alice: User, transactional_db: None) -> None:
    token = token_of(alice)
    seats = Seats("address", lambda: 0)
    engine = Engine(rules=Rules(), application=SocketIoClient, cors=Cors(lambda _: True), seats=seats)
    session = await engine.open({"headers": []}, transport="websocket", spells_base64=False)
    assert session is not None
    await session.application.take("0")

    proof = asyncio.create_task(session.application.take(f'2["auth",{{"token":"{token}"}}]'))
    await asyncio.sleep(0)
    session.application.ring()
    await proof
    connected = list(hub_here().all_connections())
    await stop_hub()

    assert connected == []
