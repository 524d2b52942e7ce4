"""Pages of the public web, fetched without reaching anything that is not public.

A host is resolved once, all that it resolves to must be public, and the connection goes to the very address that was
checked: a name that answers differently the next moment changes nothing. Redirects are checked anew. No cookie, no
referrer, no identity goes along.
"""

import ipaddress
import re
import socket
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from queue import Empty, SimpleQueue
from typing import cast
from urllib.parse import SplitResult, quote, urljoin, urlsplit, urlunsplit

from messenger.services.web import Answer, Bounds, WebError, exchange, port_of

MAX_REDIRECTS = 3
SECONDS = 8.0
MAX_PAGE_BYTES = 256 * 1024
MAX_PICTURE_BYTES = 5 * 1024 * 1024

_PORTS = (80, 443)
_HOST = re.compile(r"(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+(?:xn--[a-z0-9-]{1,59}|[a-z]{2,63})")
_INNER_NAMES = ("localhost", "local", "localdomain", "internal", "intranet", "lan", "home", "corp", "arpa", "onion")
_AGENT = "MessengerLinkPreview/4"
_PAGES = "text/html,application/xhtml+xml;q=0.9"
_PICTURES = "image/webp,image/png,image/jpeg,image/gif"
_HTML = ("text/html", "application/xhtml+xml")
_MOVED = (301, 302, 303, 307, 308)
_PATH_CHARACTERS = "/%:@!$&'()*+,;=~-._"

# what the ipaddress module of some Python holds for global, or what a cloud keeps for itself
_NOT_PUBLIC = [
    ipaddress.ip_network(network)
    for network in ("192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15", "168.63.129.16/32", "100.64.0.0/10", "2001::/23")
] + [ipaddress.ip_network(network) for network in ("2001:db8::/32", "2002::/16", "3fff::/20")]
_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")


class NotPublic(WebError):
    """The address is none that may be fetched; trying again is useless."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Net:
    """How names become addresses and addresses connections; tests bring their own."""

    resolve: Callable[[str, int], list[str]]
    connect: Callable[[str, int, float], socket.socket]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The beginning of a page: at most 256 KiB of its HTML, the charset its header names, and its last address."""

    html: bytes
    charset: str | None
    address: str


def fetch_page(link: str, *, net: Net) -> Page:
    """Fetch a page of the public web, redirects followed, in 8 s altogether.

    :raises NotPublic: it is, or leads to, no web address of a public host.
    :raises WebError: nobody answers in time, or what comes is no page.
    """
    answer, address = _fetched(link, net, accept=_PAGES, most=MAX_PAGE_BYTES)
    if answer.headers.get_content_type() not in _HTML:
        raise WebError("no page of HTML")
    return Page(html=answer.body, charset=answer.headers.get_content_charset(), address=address)


def fetch_picture(link: str, *, net: Net) -> bytes:
    """Fetch a file of at most 5 MiB as a page is fetched; what it is, its content shows.

    :raises NotPublic: it is, or leads to, no web address of a public host.
    :raises WebError: nobody answers in time, or it is too large.
    """
    answer, _ = _fetched(link, net, accept=_PICTURES, most=MAX_PICTURE_BYTES + 1)
    if len(answer.body) > MAX_PICTURE_BYTES:
        raise WebError("the picture is too large")
    return answer.body


def checked_address(link: str) -> SplitResult:
    """The address in plain ASCII, if it is one of the web: http or https, port 80 or 443, a public name, no user.

    :raises NotPublic: anything else, numbers as hosts included, in whatever notation.
    """
    try:
        parts = urlsplit(link)
        host = (parts.hostname or "").rstrip(".").encode("idna").decode().lower()
        port = port_of(parts) if parts.scheme in ("http", "https") else 0
    except (ValueError, UnicodeError) as error:
        raise NotPublic("no web address") from error
    if port not in _PORTS or "@" in parts.netloc or not _HOST.fullmatch(host):
        raise NotPublic("no address of the public web")
    if host.rsplit(".", 1)[-1] in _INNER_NAMES:
        raise NotPublic("a name of an inner network")
    own_port = 443 if parts.scheme == "https" else 80
    netloc = host if port == own_port else f"{host}:{port}"
    query = quote(parts.query, safe=_PATH_CHARACTERS + "?")
    return SplitResult(parts.scheme, netloc, quote(parts.path, safe=_PATH_CHARACTERS), query, "")


def is_public(address: str) -> bool:
    """Say whether an IP address belongs to the public internet, and carries no other address inside it."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address) and (ip not in _GLOBAL_UNICAST or ip.scope_id is not None):
        return False  # mapped, NAT64, link-local, unique local and site-local among them
    if any(ip.version == network.version and ip in network for network in _NOT_PUBLIC):
        return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def _fetched(link: str, net: Net, *, accept: str, most: int) -> tuple[Answer, str]:
    """The first `most` bytes of what a link leads to, and its last address."""
    deadline = time.monotonic() + SECONDS
    address = checked_address(link)
    for _ in range(MAX_REDIRECTS + 1):
        bounds = Bounds(seconds=deadline - time.monotonic(), body_bytes=most)
        answer = _asked(address, net, bounds, {"User-Agent": _AGENT, "Accept": accept})
        location = answer.headers.get("Location")
        if answer.status not in _MOVED or location is None:
            return _complete(answer), urlunsplit(address)
        address = _redirected(address, location)
    raise WebError("too many redirects")


def _redirected(address: SplitResult, location: str) -> SplitResult:
    try:
        link = urljoin(urlunsplit(address), location.strip())
    except ValueError as error:
        raise NotPublic("no web address") from error
    return checked_address(link)


def _complete(answer: Answer) -> Answer:
    if answer.status != 200:
        raise WebError(f"the page answered {answer.status}")
    if answer.headers.get("Content-Encoding", "identity") != "identity":
        raise WebError("it came packed, which was not asked for")
    return answer


def _asked(address: SplitResult, net: Net, bounds: Bounds, headers: Mapping[str, str]) -> Answer:
    began = time.monotonic()
    host, port = address.hostname or "", port_of(address)
    found = _resolved(partial(net.resolve, host, port), bounds.seconds)
    bounds = replace(bounds, seconds=bounds.seconds - (time.monotonic() - began))
    if not found or not all(is_public(ip) for ip in found):
        raise NotPublic("the host is not public")
    return exchange(
        connect=partial(net.connect, found[0], port), method="GET", address=address, headers=headers, bounds=bounds
    )


def _resolved(resolve: Callable[[], list[str]], seconds: float) -> list[str]:
    """What a name resolves to, in so many seconds: the system's resolver takes no bound and is left alone."""
    answers: SimpleQueue[list[str] | OSError] = SimpleQueue()

    def ask() -> None:
        try:
            answers.put(resolve())
        except OSError as error:
            answers.put(error)

    threading.Thread(target=ask, name="name-look-up", daemon=True).start()
    try:
        answer = answers.get(timeout=max(0.0, seconds))
    except Empty as error:
        raise WebError("the time is over") from error
    if isinstance(answer, OSError):
        raise WebError(f"the host is not known: {answer}") from answer
    return answer


def _resolve(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [cast(str, address[0]) for *_, address in found]


def _connect(ip: str, port: int, seconds: float) -> socket.socket:
    return socket.create_connection((ip, port), seconds)


PUBLIC_NET = Net(resolve=_resolve, connect=_connect)
