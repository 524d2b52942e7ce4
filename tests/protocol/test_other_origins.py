import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from messenger.realtime.cors import Cors
from messenger.realtime.engine import Engine
from messenger.realtime.polling import PollingTransport
from messenger.realtime.protocol.engineio import Rules
from messenger.realtime.seats import Seats
from tests.conformance.applications import EngineEcho

FRIEND, STRANGER = "https://shop.example.com", "https://evil.example.com"


def asked_by(*origins: str) -> Cors:
    def is_allowed(headers: Mapping[str, str]) -> bool:
        return headers["origin"] in origins

    return Cors(is_allowed)


async def answer_to(method: str, query: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """What an endpoint answers that has one friend."""
    engine = Engine(rules=Rules(), application=EngineEcho, cors=asked_by(FRIEND), seats=Seats("address", lambda: 0))
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b""}

    async def send(message: Any) -> None:
        sent.append(message)

    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope: Any = {
        "type": "http",
        "method": method,
        "query_string": query.encode(),
        "headers": named,
        "client": ("::1", 1),
    }
    await PollingTransport.as_asgi(engine=engine)(scope, receive, send)
    engine.close_all(code=1000, reason="")
    await asyncio.sleep(0)
    told = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], told, sent[1]["body"]


HANDSHAKE = "EIO=4&transport=polling"


async def test_an_allowed_origin_may_read_with_credentials() -> None:
    status, headers, _ = await answer_to("GET", HANDSHAKE, origin=FRIEND)

    assert status == 200
    assert headers["access-control-allow-origin"] == FRIEND
    assert headers["access-control-allow-credentials"] == "true"
    assert headers["vary"] == "Origin"


async def test_refusals_can_be_read_too() -> None:
    status, headers, _ = await answer_to("GET", "EIO=4", origin=FRIEND)

    assert (status, headers["access-control-allow-origin"]) == (400, FRIEND)


async def test_another_origin_is_told_nothing() -> None:
    status, headers, _ = await answer_to("GET", HANDSHAKE, origin=STRANGER)

    assert status == 200
    assert "access-control-allow-origin" not in headers
    assert headers["vary"] == "Origin"


async def test_without_an_origin_there_is_nothing_to_tell() -> None:
    _, headers, _ = await answer_to("GET", HANDSHAKE)

    assert not any(name.startswith("access-control") for name in headers)


async def test_a_preflight_of_an_allowed_origin_is_granted() -> None:
    status, headers, body = await answer_to(
        "OPTIONS",
        HANDSHAKE,
        origin=FRIEND,
        access_control_request_method="POST",
        access_control_request_headers="Content-Type, Authorization, X-Evil",
    )

    assert (status, body) == (204, b"")
    assert headers["access-control-allow-origin"] == FRIEND
    assert headers["access-control-allow-methods"] == "GET, POST, OPTIONS"
    assert headers["access-control-allow-headers"] == "authorization, content-type"
    assert headers["access-control-max-age"] == "600"


@pytest.mark.parametrize("origin", [{"origin": STRANGER}, {}])
async def test_a_preflight_of_anybody_else_is_refused(origin: dict[str, str]) -> None:
    status, headers, body = await answer_to("OPTIONS", HANDSHAKE, access_control_request_method="POST", **origin)

    assert (status, body) == (403, b'{"code":4,"message":"Forbidden"}')
    assert "access-control-allow-methods" not in headers
