import socket
import ssl
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from messenger.models import Message, User
from messenger.services import public_web
from messenger.services.public_web import fetch_page
from messenger.services.web import WebError
from tests.previews.certificates import Authority
from tests.previews.conftest import PAGE, PUBLIC, Web
from tests.rest import Rest
from tests.talks import open_direct, say

HOST = "tents.example.com"
LINK = f"https://{HOST}/marquees"


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """An authority that this process trusts during the test, and no other."""
    made = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.trusted))
    return made


def test_a_page_is_fetched_at_the_address_that_was_checked_under_the_name_that_was_meant(
    web: Web, authority: Authority
) -> None:
    names: list[str | None] = []
    web.tls = authority.server(HOST)
    web.tls.sni_callback = lambda _connection, name, _context: names.append(name)

    page = fetch_page(LINK, net=web.net)

    assert (page.html, page.address) == (PAGE.encode(), LINK)
    assert (web.connected, names) == ([(PUBLIC, 443)], [HOST])
    assert f"Host: {HOST}\r\n" in web.asked[0]


@pytest.mark.parametrize("name", ["evil.example.com", "example.com", "www.tents.example.com", "*.com", PUBLIC])
def test_a_certificate_of_another_name_or_of_the_address_alone_is_refused(
    web: Web, authority: Authority, name: str
) -> None:
    web.tls = authority.server(name)

    with pytest.raises(WebError, match="Hostname mismatch"):
        fetch_page(LINK, net=web.net)

    assert (web.connected, web.asked) == ([(PUBLIC, 443)], [])


def test_a_wildcard_of_the_names_own_domain_will_do(web: Web, authority: Authority) -> None:
    web.tls = authority.server("*.example.com")

    assert fetch_page(LINK, net=web.net).html == PAGE.encode()


def test_an_expired_certificate_is_refused(web: Web, authority: Authority) -> None:
    web.tls = authority.server(HOST, days=-1)

    with pytest.raises(WebError, match="expired"):
        fetch_page(LINK, net=web.net)

    assert web.asked == []


def test_an_authority_that_nobody_trusts_is_refused(web: Web, tmp_path: Path) -> None:
    web.tls = Authority(tmp_path).server(HOST)

    with pytest.raises(WebError, match="CERTIFICATE_VERIFY_FAILED"):
        fetch_page(LINK, net=web.net)

    assert web.asked == []


def test_a_server_that_speaks_no_tls_is_refused(web: Web, authority: Authority) -> None:
    def answer() -> None:
        connection, _ = plain.accept()
        with connection:
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    plain = socket.create_server(("127.0.0.1", 0))
    web.port = plain.getsockname()[1]
    thread = threading.Thread(target=answer)
    thread.start()

    with plain, pytest.raises(WebError, match="WRONG_VERSION_NUMBER"):
        fetch_page(LINK, net=web.net)

    thread.join()


def test_tls_of_the_last_century_is_refused(web: Web, authority: Authority) -> None:
    web.tls = authority.server(HOST)
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        web.tls.minimum_version = web.tls.maximum_version = ssl.TLSVersion.TLSv1_1

    with pytest.raises(WebError, match="SSL"):
        fetch_page(LINK, net=web.net)


def test_a_handshake_that_never_ends_is_given_up_in_time(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(public_web, "SECONDS", 0.5)
    silent = socket.create_server(("127.0.0.1", 0))
    web.port = silent.getsockname()[1]
    began = time.monotonic()

    with silent, pytest.raises(WebError, match="time"):
        fetch_page(LINK, net=web.net)

    assert time.monotonic() - began < 3


def test_a_redirect_into_tls_is_checked_for_its_own_name(web: Web, authority: Authority) -> None:
    web.tls = authority.server(HOST)
    web.addresses["other.example.com"] = [PUBLIC]
    web.sends_to("/away", "https://other.example.com/marquees")
    web.sends_to("/here", LINK)

    assert fetch_page(f"https://{HOST}/here", net=web.net).html == PAGE.encode()
    with pytest.raises(WebError, match="Hostname mismatch"):
        fetch_page(f"https://{HOST}/away", net=web.net)


def test_a_message_gets_its_preview_from_there(
    alice: User, as_alice: Rest, bob: User, previews: Callable[[], int], web: Web, authority: Authority
) -> None:
    web.tls = authority.server(HOST)
    say(as_alice, open_direct(as_alice, bob), LINK)

    assert previews() == 1

    preview = Message.objects.get().link_preview
    assert preview is not None
    assert (preview["url"], preview["title"]) == (LINK, "Marquees & more")
