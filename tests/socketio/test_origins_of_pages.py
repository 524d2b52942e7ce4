import json
from pathlib import Path

import pytest
from django.test import Client

from messenger.models import User
from tests.servers import Server, running_server
from tests.socketio.polls import Poller
from tests.socketio.raw import RawSocket

FRIEND, STRANGER = "https://shop.example.com", "https://evil.example.com"


@pytest.fixture
def cookie(transactional_db: None, alice: User) -> str:
    """The session cookie of alice's browser."""
    browser = Client()
    browser.force_login(alice)
    return f"sessionid={browser.cookies['sessionid'].value}"


def _answer_to_connect(server: Server, headers: str) -> bytes:
    with RawSocket(server.port, headers=headers) as client:
        client.packet("40")
        client.packet('421["messenger:v4:presence",{}]')
        return client.read_until(b'431[{"ok":')


def test_a_cookie_counts_without_an_origin_and_with_our_own(server: Server, cookie: str) -> None:
    for origin in ("", f"Origin: http://127.0.0.1:{server.port}\r\n"):
        assert b"messenger:v4:hello" in _answer_to_connect(server, f"Cookie: {cookie}\r\n{origin}")


@pytest.mark.parametrize("origin", [STRANGER, "null", "http://127.0.0.1:1", "file://"])
def test_a_cookie_that_another_page_brings_proves_nothing(server: Server, cookie: str, origin: str) -> None:
    assert b"hello" not in _answer_to_connect(server, f"Cookie: {cookie}\r\nOrigin: {origin}\r\n")

    with Poller(server.port, Cookie=cookie, Origin=origin) as poller:
        poller.post("40", '421["messenger:v4:presence",{}]')
        assert poller.wait_for("431") == [
            {"ok": False, "error": {"code": "unauthenticated", "message": "Not authenticated"}}
        ]


def test_an_allowed_page_brings_its_cookie_and_reads_the_answer(tmp_path: Path, alice: User, cookie: str) -> None:
    with (
        running_server(tmp_path, MESSENGER_ALLOWED_ORIGINS=FRIEND) as server,
        Poller(server.port, Cookie=cookie, Origin=FRIEND) as poller,
    ):
        assert poller.sign_in()["userId"] == str(alice.pk)
        answer = poller.ask("POST", '421["messenger:v4:presence",{}]')
        preflight = poller.http.options(
            "/socket.io/?EIO=4&transport=polling", headers={"Access-Control-Request-Method": "POST"}
        )

    assert answer.headers["access-control-allow-origin"] == FRIEND
    assert answer.headers["access-control-allow-credentials"] == "true"
    assert preflight.status_code == 204


def test_another_page_reads_nothing(server: Server) -> None:
    with Poller(server.port, Origin=STRANGER) as poller:
        answer = poller.ask("POST", "40")
        preflight = poller.http.options(
            "/socket.io/?EIO=4&transport=polling", headers={"Access-Control-Request-Method": "POST"}
        )

    assert "access-control-allow-origin" not in answer.headers
    assert (preflight.status_code, json.loads(preflight.text)) == (403, {"code": 4, "message": "Forbidden"})
