import gzip

from tests.bad_input.conftest import World
from tests.bad_input.speaking import say_raw, spelled
from tests.bad_input.tables import M
from tests.matrix.scene import everything_stored

SEND = f"{M}/conversations/{{c}}/messages"
GOOD = spelled({"content": "Hello"})

HEADERS: dict[str, tuple[bytes, dict[str, str]]] = {
    "a gzip claim": (GOOD, {"Content_Encoding": "gzip"}),
    "a form": (b"content=Hello", {"Content_Type": "application/x-www-form-urlencoded"}),
    "a multipart without its boundary": (b"--x\r\n", {"Content_Type": "multipart/form-data"}),
    "a multipart that is none": (b"nonsense", {"Content_Type": "multipart/form-data; boundary=x"}),
    "a multipart with a NUL": (
        b'--x\r\nContent-Disposition: form-data; name="content"\r\n\r\nHel\0lo\r\n--x--\r\n',
        {"Content_Type": "multipart/form-data; boundary=x"},
    ),
    "a multipart in no charset": (
        b'--x\r\nContent-Disposition: form-data; name="content"\r\n\r\n\xff\xfe\r\n--x--\r\n',
        {"Content_Type": "multipart/form-data; boundary=x"},
    ),
    "plain text": (GOOD, {"Content_Type": "text/plain"}),
    "no type": (GOOD, {"Content_Type": ""}),
    "two types": (GOOD, {"Content_Type": "application/json, text/plain"}),
    "an empty key": (GOOD, {"Idempotency_Key": ""}),
    "a long key": (GOOD, {"Idempotency_Key": "k" * 129}),
    "another key than the body's": (spelled({"content": "x", "clientNonce": "a"}), {"Idempotency_Key": "b"}),
    "somebody else": (GOOD, {"X_Act_As": "1"}),
    "nobody": (GOOD, {"X_Act_As": "\xff\xfe"}),
    "no token": (GOOD, {"Authorization": "Bearer "}),
    "another scheme": (GOOD, {"Authorization": "Basic YTpi"}),
    "a token of letters beyond ASCII": (GOOD, {"Authorization": "Bearer \xe9\xff"}),
    "a token of 60,000 letters": (GOOD, {"Authorization": "Bearer " + "x" * 60_000}),
    "a key of a client": (GOOD, {"Authorization": "Bearer msk_" + "x" * 500}),
    "a body over the limit": (b'{"content": "' + b"x" * 300_000 + b'"}', {}),
}
_UPGRADE = b"GET /ws/messenger/ HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
RAW: dict[str, bytes] = {
    "no HTTP": b"nonsense\r\n\r\n",
    "no method": b" /api/v4/auth/me HTTP/1.1\r\nHost: x\r\n\r\n",
    "a method of nobody's": b"FROB /api/v4/auth/me HTTP/1.1\r\nHost: x\r\n\r\n",
    "HTTP of the future": b"GET /api/v4/auth/me HTTP/9.9\r\nHost: x\r\n\r\n",
    "no host": b"GET /api/v4/auth/me HTTP/1.1\r\n\r\n",
    "a host with blanks": b"GET /api/v4/auth/me HTTP/1.1\r\nHost: a b c\r\n\r\n",
    "a length that is none": b"POST /api/v4/auth/token HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n{}",
    "a negative length": b"POST /api/v4/auth/token HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n{}",
    "two lengths": b"POST /api/v4/auth/token HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 9\r\n\r\n{}",
    "chunks that are none": b"POST /api/v4/sync HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n",
    "an encoding of nobody's": b"POST /api/v4/auth/token HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n{}",
    "a NUL in a header": b"GET /api/v4/auth/me HTTP/1.1\r\nHost: x\r\nX-A: a\0b\r\n\r\n",
    "a line break in a header": b"GET /api/v4/auth/me HTTP/1.1\r\nHost: x\r\nX-A: a\nb\r\n\r\n",
    "bytes in the address": b"GET /api/v4/\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
    "an address that goes up": b"GET /api/v4/../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
    "an address of percent signs": b"GET /api/v4/%%%/%zz HTTP/1.1\r\nHost: x\r\n\r\n",
    "an encoded NUL": b"GET /api/v4/%00 HTTP/1.1\r\nHost: x\r\n\r\n",
    "an address of a mebibyte": b"GET /api/v4/" + b"x" * 2**20 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "a header of a mebibyte": b"GET /api/v4/auth/me HTTP/1.1\r\nHost: x\r\nX-A: " + b"x" * 2**20 + b"\r\n\r\n",
    "ten thousand headers": b"GET /api/v4/auth/me HTTP/1.1\r\nHost: x\r\n" + b"X-A: b\r\n" * 10_000 + b"\r\n",
    "ten thousand cookies": b"GET /api/v4/auth/me HTTP/1.1\r\nHost: x\r\nCookie: " + b"a=b; " * 10_000 + b"\r\n\r\n",
    "cookies that are none": b'GET /api/v4/auth/me HTTP/1.1\r\nHost: x\r\nCookie: \xff=;=;;sessionid="\\777"\r\n\r\n',
    "a forwarded address that is none": b"GET /api/v4/auth/me HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: \xff,,;\r\n\r\n",
    "an upgrade to nothing": _UPGRADE + b"\r\n",
    "an upgrade of another age": _UPGRADE + b"Sec-WebSocket-Key: x\r\nSec-WebSocket-Version: 1\r\n\r\n",
    "the start of TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 64,
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0",
}  # fmt: skip


def test_a_strange_header_is_refused_and_stores_nothing(world: World) -> None:
    stored = everything_stored()

    answers = {
        name: world.alices.ask("POST", world.filled(SEND), raw, **headers) for name, (raw, headers) in HEADERS.items()
    }

    assert {name: said for name, said in answers.items() if not (400 <= said[0] < 500 and said[1]["code"])} == {}
    assert everything_stored() == stored


def test_compressed_bodies_are_not_read(world: World) -> None:
    stored = everything_stored()

    answers = [
        world.alices.ask("POST", world.filled(SEND), gzip.compress(GOOD * size), Content_Encoding="gzip")
        for size in (1, 100_000)
    ]

    assert [(status, answer["code"]) for status, answer in answers] == [(400, "validation_error")] * 2
    assert everything_stored() == stored


def test_what_is_no_request_breaks_nothing(world: World) -> None:
    statuses = {}

    for name, raw in RAW.items():
        lines = say_raw(world.server, raw).split(b"\r\n")
        statuses[name] = [line.split(b" ")[1] for line in lines if line.startswith(b"HTTP/")]
        assert world.alices.ask("GET", "/api/v4/auth/me")[0] == 200

    assert {name: said for name, said in statuses.items() if any(status[:1] == b"5" for status in said)} == {}
    assert "Traceback" not in world.server.log.read_text()


def test_no_method_breaks_a_route(world: World) -> None:
    wrong = []

    for path in (f"{M}/unread", f"{M}/sync", f"{M}/conversations/{{c}}", f"{M}/nothing", "/api/v4/"):
        for method in ("GET", "POST", "PUT", "PATCH", "OPTIONS", "TRACE", "HEAD", "FROB", "DELETE"):
            status, answer = world.alices.ask(method, world.filled(path), b"")
            is_told = method in ("HEAD", "FROB") or answer.get("code") in ("method_not_allowed", "unknown_route")
            if not (200 <= status < 300 or (400 <= status < 500 and is_told)):
                wrong.append((method, path, status, answer))

    assert wrong == []
