import http.client
import json

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher

from messenger.models import SignIn, User
from tests.cluster.clusters import Cluster
from tests.live import PASSWORD, token_of, unlimited
from tests.socketio.node import play
from tests.threads import in_a_thread

POLLING = "/socket.io/?EIO=4&transport=polling"


def ask(port: int, method: str, path: str, body: str | None = None, **headers: str) -> tuple[int, bytes]:
    """One request on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def opened(port: int) -> str:
    """The sid of a fresh polling session."""
    return str(json.loads(ask(port, "GET", POLLING)[1][1:])["sid"])


def test_polling_finds_its_process_whatever_the_connection(cluster: Cluster) -> None:
    sids = [opened(cluster.front.port) for _ in range(6)]

    answers = []
    for sid in sids:
        answers.append(ask(cluster.front.port, "POST", f"{POLLING}&sid={sid}", "40"))
        answers.append(ask(cluster.front.port, "GET", f"{POLLING}&sid={sid}"))

    assert sorted(sid.partition(".")[0] for sid in sids) == ["web1"] * 3 + ["web2"] * 3
    assert [status for status, _ in answers] == [200] * 12
    assert {body[:10] for _, body in answers[1::2]} == {b'40{"sid":"'}


def test_a_session_of_another_process_is_unknown_so_that_the_client_begins_anew(cluster: Cluster) -> None:
    sid = opened(cluster.first.port)

    status, body = ask(cluster.second.port, "GET", f"{POLLING}&sid={sid}")

    assert (status, json.loads(body)) == (400, {"code": 1, "message": "Session ID unknown"})


@pytest.mark.parametrize("transports", [["polling"], ["polling", "websocket"], ["websocket"]])
async def test_the_real_client_talks_through_the_front(
    cluster: Cluster, alice: User, conversation_id: str, transports: list[str]
) -> None:
    found = await play(
        "talks",
        url=cluster.front.base_url,
        token=token_of(alice),
        options={"transports": transports},
        conversationId=conversation_id,
        content="Hello",
    )

    assert (found["answer"]["ok"], found["last"]) == (True, transports[-1])


async def test_an_upgrade_in_mid_traffic_keeps_the_order(
    cluster: Cluster, alice: User, bob: User, conversation_id: str
) -> None:
    in_a_thread(lambda: unlimited(alice, bob))

    found = await play(
        "upgradesInMidTraffic",
        url=cluster.front.base_url,
        token=token_of(alice),
        otherToken=token_of(bob),
        conversationId=conversation_id,
        count=300,
    )

    assert found["seen"] == [str(index) for index in range(300)]
    assert found["transports"][-1] == "websocket"


@pytest.mark.parametrize("said", ["203.0.113.9", "127.0.0.1"])
def test_the_address_is_the_clients_own_whatever_it_says(cluster: Cluster, alice: User, said: str) -> None:
    slow_hash = PBKDF2PasswordHasher().encode(PASSWORD, "salt-of-the-test")  # tests hash as servers do not
    User.objects.filter(pk=alice.pk).update(password=slow_hash)
    connection = http.client.HTTPConnection("127.0.0.1", cluster.front.port, source_address=("127.0.0.2", 0))
    body = json.dumps({"email": alice.email, "password": PASSWORD})
    headers = {"Content-Type": "application/json", "X-Forwarded-For": said, "X-Forwarded-Proto": "https"}

    connection.request("POST", "/api/v4/auth/token", body, headers)
    status = connection.getresponse().status
    connection.close()

    assert (status, SignIn.objects.get().address) == (200, "127.0.0.2")
