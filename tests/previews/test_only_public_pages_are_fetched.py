import socket
import threading
import time
from dataclasses import replace

import pytest

from messenger.services import public_web
from messenger.services.public_web import NotPublic, fetch_page, is_public
from messenger.services.web import WebError
from tests.previews.conftest import PAGE, PUBLIC, Web, drip

HOST = "http://tents.example.com"

_INNER = """
127.0.0.1 127.8.9.1 0.0.0.0 10.0.0.1 172.16.0.1 172.31.255.254 192.168.1.1 169.254.169.254 100.64.0.1
192.0.0.192 192.0.2.1 192.88.99.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 240.0.0.1 255.255.255.255
168.63.129.16 :: ::1 ::ffff:127.0.0.1 ::ffff:93.184.216.34 ::127.0.0.1 64:ff9b::7f00:1 64:ff9b:1::1 100::1
2001::1 2001:db8::1 2002:7f00:1:: fc00::1 fd12:3456::1 fe80::1 fe80::1%eth0 fec0::1 ff02::1 5f00::1
127.1 0x7f000001 2130706433 017700000001 localhost
"""
_ODD_LINKS = """
http://127.0.0.1/ http://[::1]/ http://[::ffff:127.0.0.1]/ http://2130706433/ http://0x7f000001/ http://0x7f.1/
http://0177.0.0.1/ http://127.1/ http://93.184.216.34/ http://localhost/ http://localhost./ http://a.localhost/
http://router.local/ http://db.internal/ http://intranet/ http://printer.lan/ http://1.0.0.127.in-addr.arpa/
http://alice@tents.example.com/ http://alice:pw@tents.example.com/ http://tents.example.com@127.0.0.1/
http://tents.example.com:8080/ http://tents.example.com:22/ http://tents.example.com:0/ http://tents.example.com:x/
http://tents.example.com:99999/ https://tents.example.com:6379/ ftp://tents.example.com/ file:///etc/passwd
gopher://tents.example.com/ http:///marquees http://./ http://a..b.com/ http://-a.example.com/ http://①②⑦.⓪.⓪.①/
http://[fe80::1%25eth0]/ http://tents.example.com%00.evil.com/ http://exa%6dple.com/ //tents.example.com/
"""


@pytest.mark.parametrize(
    "address",
    _INNER.split(),
)
def test_what_is_not_of_the_public_internet_is_never_connected_to(address: str, web: Web) -> None:
    web.addresses["evil.example.com"] = [address]

    with pytest.raises(NotPublic):
        fetch_page("http://evil.example.com/", net=web.net)

    assert (is_public(address), web.connected) == (False, [])


@pytest.mark.parametrize("address", ["93.184.216.34", "1.1.1.1", "2606:4700:4700::1111", "2a00:1450:4001::1"])
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(address)


def test_one_inner_address_among_public_ones_is_enough_to_refuse(web: Web) -> None:
    web.addresses["evil.example.com"] = [PUBLIC, "10.0.0.1"]

    with pytest.raises(NotPublic):
        fetch_page("http://evil.example.com/", net=web.net)

    assert web.connected == []


@pytest.mark.parametrize(
    "link",
    _ODD_LINKS.split(),
)
def test_what_is_no_plain_public_address_is_not_even_resolved(link: str, web: Web) -> None:
    with pytest.raises(NotPublic):
        fetch_page(link, net=web.net)

    assert (web.resolved, web.connected) == ([], [])


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://inner.example.com/",
        "//[::1]/",
        "http://[::1/",
        "file:///etc/passwd",
        "http://tents.example.com:6379/",
        "gopher://tents.example.com:70/",
    ],
)
def test_a_redirect_leads_nowhere_else(location: str, web: Web) -> None:
    web.addresses["inner.example.com"] = ["192.168.0.10"]
    web.sends_to("/away", location)

    with pytest.raises(NotPublic):
        fetch_page(f"{HOST}/away", net=web.net)

    assert web.connected == [(PUBLIC, 80)]


def test_redirects_are_followed_three_times(web: Web) -> None:
    web.sends_to("/1", "/2", status=301)
    web.sends_to("/2", "http://TENTS.example.com:80/3", status=307)
    web.sends_to("/3", "marquees")
    web.sends_to("/0", "/1")

    assert fetch_page(f"{HOST}/1", net=web.net).html == PAGE.encode()
    with pytest.raises(WebError, match="too many redirects"):
        fetch_page(f"{HOST}/0", net=web.net)


def test_a_name_that_changes_its_mind_is_connected_where_it_was_checked(web: Web) -> None:
    class TwoFaced(Web):
        def _resolve(self, host: str, port: int) -> list[str]:
            super()._resolve(host, port)
            return [PUBLIC] if len(self.resolved) == 1 else ["127.0.0.1"]

    rebinding = TwoFaced(addresses=web.addresses, port=web.port)

    fetch_page(f"{HOST}/marquees", net=rebinding.net)

    assert (rebinding.resolved, rebinding.connected) == (["tents.example.com"], [(PUBLIC, 80)])


def test_a_name_of_another_script_is_asked_for_in_ascii(web: Web) -> None:
    web.addresses["xn--bcher-kva.example.com"] = [PUBLIC]
    web.says("/%C3%BC?q=%C3%A4", PAGE)

    fetch_page("http://bücher.example.com/ü?q=ä", net=web.net)

    assert "Host: xn--bcher-kva.example.com\r\n" in web.asked[0]


def test_a_huge_page_is_read_in_part(web: Web) -> None:
    body = PAGE.encode() + b"x" * 50_000_000
    web.says("/huge", body)

    page = fetch_page(f"{HOST}/huge", net=web.net)

    assert (len(page.html), page.html[:100]) == (public_web.MAX_PAGE_BYTES, body[:100])


def test_a_page_that_drips_is_given_up_in_time(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(public_web, "SECONDS", 0.5)
    web.answers["/slow"] = lambda connection, _: drip(connection, b"HTTP/1.1 200 OK\r\nX-Pad: " + b"x" * 1000)
    began = time.monotonic()

    with pytest.raises(WebError, match="time"):
        fetch_page(f"{HOST}/slow", net=web.net)

    assert time.monotonic() - began < 2


def test_a_name_that_nobody_answers_for_is_given_up_in_time(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(public_web, "SECONDS", 0.3)
    over = threading.Event()

    def never(_host: str, _port: int) -> list[str]:
        over.wait(5)
        return []

    began = time.monotonic()
    with pytest.raises(WebError, match="the time is over"):
        fetch_page(f"{HOST}/", net=replace(web.net, resolve=never))
    over.set()

    assert time.monotonic() - began < 3


def test_a_body_that_drips_is_given_up_in_time(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(public_web, "SECONDS", 0.5)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9999\r\n\r\n"

    def slowly(connection: socket.socket, _: str) -> None:
        connection.sendall(head)
        drip(connection, b"x" * 1000)

    web.answers["/slow"] = slowly

    with pytest.raises(WebError, match="time"):
        fetch_page(f"{HOST}/slow", net=web.net)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: text/html\r\n\r\nzz\r\nxx",
        b"HTTP/1.1 200 OK\r\n" + b"X-Many: 1\r\n" * 200 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 70_000 + b"\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n" * 60_000,
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nxx",
        b"HTTP/1.1 404 No\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nxx",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nxx",
        b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\nContent-Length: 2\r\n\r\nxx",
        b"HTTP/1.1 200 OK\r\nContent-Type: image/svg+xml\r\nContent-Length: 2\r\n\r\nxx",
        b"HTTP/1.1 302 Found\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nxx",
    ],
)
def test_what_is_no_page_is_refused(answer: bytes, web: Web) -> None:
    web.answers["/odd"] = lambda connection, _: connection.sendall(answer)

    with pytest.raises(WebError):
        fetch_page(f"{HOST}/odd", net=web.net)


def test_an_unknown_host_is_tried_again_later_and_an_inner_one_is_not(web: Web) -> None:
    with pytest.raises(WebError) as unknown:
        fetch_page("http://gone.example.com/", net=web.net)
    web.addresses["inner.example.com"] = ["10.0.0.1"]
    with pytest.raises(WebError) as inner:
        fetch_page("http://inner.example.com/", net=web.net)

    assert (isinstance(unknown.value, NotPublic), isinstance(inner.value, NotPublic)) == (False, True)
