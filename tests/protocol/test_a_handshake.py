import json

import pytest

from tests.protocol.clients import Endpoint

BOTH = pytest.mark.parametrize("path", ["/engine.io/", "/socket.io/"])
TOLD = {"pingInterval": 300, "pingTimeout": 200, "maxPayload": 1_000_000}


@pytest.fixture
def endpoint(engine: Endpoint, path: str) -> Endpoint:
    return Endpoint(port=engine.port, path=path)


@BOTH
async def test_polling_opens_a_session_that_may_upgrade(endpoint: Endpoint) -> None:
    answer = await endpoint.ask(EIO="4", transport="polling")

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; charset=UTF-8"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.text[0] == "0"
    told = json.loads(answer.text[1:])
    assert told.pop("sid")
    assert told == {"upgrades": ["websocket"], **TOLD}


@BOTH
async def test_a_websocket_opens_a_session_that_may_not(endpoint: Endpoint) -> None:
    async with endpoint.socket() as socket:
        told = await socket.handshake()

    assert told.pop("sid")
    assert told == {"upgrades": [], **TOLD}


@BOTH
async def test_the_path_has_its_slash_or_not(endpoint: Endpoint) -> None:
    bare = Endpoint(port=endpoint.port, path=endpoint.path.rstrip("/"))

    assert (await bare.ask(EIO="4", transport="polling")).status_code == 200


async def test_session_ids_are_long_and_new_each_time(engine: Endpoint) -> None:
    sids = {(await engine.open_polling()).sid for _ in range(20)}

    assert len(sids) == 20
    assert {len(sid) for sid in sids} == {20}


REFUSED = [
    ("GET", {"transport": "polling"}, 5, "Unsupported protocol version"),
    ("GET", {"transport": "polling", "EIO": "abc"}, 5, "Unsupported protocol version"),
    ("GET", {"transport": "polling", "EIO": "3"}, 5, "Unsupported protocol version"),
    ("GET", {"EIO": "4"}, 0, "Transport unknown"),
    ("GET", {"EIO": "4", "transport": "abc"}, 0, "Transport unknown"),
    ("GET", {"EIO": "4", "transport": "websocket"}, 3, "Bad request"),
    ("POST", {"EIO": "4", "transport": "polling"}, 2, "Bad handshake method"),
    ("PUT", {"EIO": "4", "transport": "polling"}, 2, "Bad handshake method"),
    ("DELETE", {"EIO": "4", "transport": "polling"}, 2, "Bad handshake method"),
    ("OPTIONS", {"EIO": "4", "transport": "polling"}, 2, "Bad handshake method"),
    ("GET", {"EIO": "4", "transport": "polling", "sid": "unknown"}, 1, "Session ID unknown"),
    ("POST", {"EIO": "4", "transport": "polling", "sid": "unknown"}, 1, "Session ID unknown"),
    ("GET", {"EIO": "4", "transport": "websocket", "sid": "unknown"}, 1, "Session ID unknown"),
]


@pytest.mark.parametrize(("method", "query", "code", "message"), REFUSED)
async def test_bad_requests_are_refused_with_the_protocols_error(
    engine: Endpoint, method: str, query: dict[str, str], code: int, message: str
) -> None:
    answer = await engine.ask(method, **query)

    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == {"code": code, "message": message}


@pytest.mark.parametrize("query", [{"EIO": ""}, {"EIO": "abc"}, {"EIO": "3"}, {"transport": ""}, {"transport": "abc"}])
@BOTH
async def test_bad_websocket_handshakes_are_refused(endpoint: Endpoint, server: str, query: dict[str, str]) -> None:
    # daphne knows no other answer to a handshake than 403
    assert await endpoint.status_of_socket(**query) == (400 if server == "uvicorn" else 403)


async def test_a_websocket_for_an_unknown_session_is_refused(engine: Endpoint, server: str) -> None:
    assert await engine.status_of_socket(sid="unknown") == (400 if server == "uvicorn" else 403)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
async def test_a_session_knows_get_and_post_only(engine: Endpoint, method: str) -> None:
    session = await engine.open_polling()

    answer = await session.ask(method, body="4hello")

    assert (answer.status_code, answer.json()["code"]) == (400, 3)


async def test_a_query_of_a_thousand_fields_is_refused(engine: Endpoint) -> None:
    answer = await engine.ask(EIO="4", transport="polling", **{f"x{n}": "1" for n in range(100)})

    assert (answer.status_code, answer.json()["code"]) == (400, 3)
