"""Heads of HTTP/1.1 requests and answers: read strictly, and spelled again for the other side. No I/O."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

Header = tuple[bytes, bytes]

_TOKEN = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_REQUEST_LINE = re.compile(rb"([A-Z]{1,20}) ([!-~\x80-\xff]+) HTTP/1\.([01])")
_STATUS_LINE = re.compile(rb"HTTP/1\.[01] ([1-5][0-9]{2})(?: [^\r\n]*)?")
_SID = re.compile(rb"[?&]sid=([A-Za-z0-9-]{1,32})\.")
_HOP_BY_HOP = frozenset({b"connection", b"keep-alive", b"proxy-connection", b"te", b"upgrade", b"forwarded"})
_GOING_AWAY = b"x-going-away"
_BODILESS = frozenset({204, 304})


class BadHead(Exception):
    """No head that may be passed on; the sentence says why."""


@dataclass(frozen=True)
class _Head:
    first_line: bytes
    headers: Sequence[Header]

    def values(self, name: bytes) -> list[bytes]:
        """The values of every header of that name, in lower case."""
        return [value for known, value in self.headers if known.lower() == name]

    @cached_property
    def _connection(self) -> frozenset[bytes]:
        words = b",".join(self.values(b"connection")).lower().split(b",")
        return frozenset(word.strip() for word in words)

    @cached_property
    def is_chunked(self) -> bool:
        """True where the body comes in chunks."""
        codings = self.values(b"transfer-encoding")
        if codings and [coding.strip().lower() for coding in codings] != [b"chunked"]:
            raise BadHead("The transfer coding is not understood.")
        return bool(codings)

    @cached_property
    def length(self) -> int | None:
        """The body's length where it is said."""
        lengths = self.values(b"content-length")
        if not lengths:
            return None
        if len(lengths) > 1 or self.is_chunked or not re.fullmatch(rb"[0-9]{1,15}", lengths[0]):
            raise BadHead("The length of the body is not clear.")
        return int(lengths[0])

    def _spelled(self, *added: Header, without: Collection[bytes]) -> bytes:
        kept = [header for header in self.headers if header[0].lower() not in without]
        lines = [name + b": " + value for name, value in (*kept, *added)]
        return b"\r\n".join([self.first_line, *lines, b"", b""])


@dataclass(frozen=True)
class RequestHead(_Head):
    """What a client asks for."""

    method: bytes
    target: bytes
    minor: int

    @property
    def is_upgrade(self) -> bool:
        """True where the client asks for a WebSocket."""
        return b"upgrade" in self._connection and bool(self.values(b"upgrade"))

    @property
    def keeps_alive(self) -> bool:
        """True where the client may ask again on its connection."""
        return self.minor == 1 and b"close" not in self._connection

    @property
    def process(self) -> str:
        """Name of the process that this request's polling session lives in; empty where there is none."""
        match = _SID.search(self.target)
        return match[1].decode() if match else ""

    def passed_on(self, *, address: str, is_trusted: bool) -> bytes:
        """The head for a web process, with where it came from.

        What a client says of that itself counts only where the client is a proxy that is trusted.
        """
        addresses, schemes = [address.encode()], self.values(b"x-forwarded-proto")
        if is_trusted:
            addresses = [*self.values(b"x-forwarded-for"), *addresses]
        without = _HOP_BY_HOP | self._connection | {b"x-forwarded-for", b"x-forwarded-proto"}
        without -= {b"content-length", b"transfer-encoding", b"host", b"authorization", b"cookie"}
        added = [
            (b"X-Forwarded-For", b", ".join(addresses)),
            (b"X-Forwarded-Proto", schemes[0] if is_trusted and schemes else b"http"),
            (b"Connection", b"Upgrade" if self.is_upgrade else b"close"),
        ]
        if self.is_upgrade:
            added.append((b"Upgrade", self.values(b"upgrade")[0]))
        return self._spelled(*added, without=without)


@dataclass(frozen=True)
class AnswerHead(_Head):
    """What a web process answers."""

    status: int

    @property
    def is_last(self) -> bool:
        """True where the process says that it is about to end."""
        return bool(self.values(_GOING_AWAY))

    def has_body(self, method: bytes) -> bool:
        """False where nothing follows the head."""
        return method != b"HEAD" and self.status not in _BODILESS

    def passed_on(self, *, keeps_alive: bool) -> bytes:
        """The head for the client."""
        if self.status < 200:
            return self._spelled(without=())
        connection = b"keep-alive" if keeps_alive else b"close"
        return self._spelled((b"Connection", connection), without=_HOP_BY_HOP | {_GOING_AWAY})


def read_request(raw: bytes) -> RequestHead:
    """Read a request's head, with the empty line that ends it.

    :raises BadHead: another reader might understand it otherwise.
    """
    first, headers = _lines(raw)
    match = _REQUEST_LINE.fullmatch(first)
    if match is None:
        raise BadHead("The request line is not understood.")
    head = RequestHead(first, headers, match[1], match[2], int(match[3]))
    if head.is_chunked and head.minor == 0:
        raise BadHead("Chunks need HTTP/1.1.")
    if head.length is None and len(head.values(b"host")) > 1:
        raise BadHead("There is more than one host.")
    return head


def read_answer(raw: bytes) -> AnswerHead:
    """Read an answer's head.

    :raises BadHead: it is none.
    """
    first, headers = _lines(raw)
    match = _STATUS_LINE.fullmatch(first)
    if match is None:
        raise BadHead("The status line is not understood.")
    return AnswerHead(first, headers, int(match[1]))


def _lines(raw: bytes) -> tuple[bytes, list[Header]]:
    first, *lines = raw.removesuffix(b"\r\n\r\n").split(b"\r\n")
    headers = []
    for line in lines:
        name, colon, value = line.partition(b":")
        value = value.strip(b" \t")
        if not colon or not _TOKEN.fullmatch(name) or any(byte in value for byte in b"\r\n\0"):
            raise BadHead("A header is not understood.")
        headers.append((name, value))
    return first, headers
