from pathlib import Path

import pytest

from messenger.models import User
from tests.live import PASSWORD, UNLIMITED, token_of
from tests.servers import Server, running_server
from tests.socketio.no_websockets import proxy_without_websockets
from tests.socketio.node import findings_of, play, start
from tests.threads import in_a_thread

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    "options",
    [
        {"transports": ["websocket", "polling"], "tryAllTransports": True},
        {"transports": ["polling", "websocket"]},
        {},
    ],
)
async def test_where_websockets_are_cut_off_polling_does_it(
    live: Server, options: dict[str, object], alice: User, conversation_id: str
) -> None:
    async with proxy_without_websockets(live.port) as address:
        found = await play(
            "talks",
            url=address,
            token=token_of(alice),
            options=options,
            conversationId=conversation_id,
            content="Through the proxy",
        )

    assert found["answer"]["ok"] is True
    assert found["event"]["message"]["content"] == "Through the proxy"
    assert found["last"] == "polling"


@pytest.mark.parametrize("transports", [["polling", "websocket"], ["websocket"], ["polling"]])
async def test_two_hundred_connect_at_once(logs: Path, transactional_db: None, transports: list[str]) -> None:
    tokens = [token_of(person) for person in in_a_thread(_ten_people)]

    with running_server(logs, **UNLIMITED) as server:
        found = await play(
            "many", url=server.base_url, tokens=tokens, count=200, options={"transports": transports}, within=110
        )

    assert found["ok"] == 200
    assert found["transports"] == [transports[-1]]


@pytest.mark.parametrize("transports", [["polling"], ["websocket"]])
async def test_a_server_that_goes_down_sends_it_away(
    logs: Path, transactional_db: None, alice: User, transports: list[str]
) -> None:
    token = token_of(alice)
    with running_server(logs) as server:
        process = await start("isSentAway", url=server.base_url, token=token, options={"transports": transports})
        assert process.stdout is not None
        assert await process.stdout.readline() == b"ready\n"
        in_a_thread(server.stop)
        found = await findings_of(process)

    assert 0.5 <= found["told"]["retryAfter"] <= 7.5
    # a poller may find nobody to poll: either way it comes back by itself
    assert found["reason"] in ("transport close", "transport error")
    assert found["isActive"] is True


def _ten_people() -> list[User]:
    return [
        User.objects.create_user(f"p{number}@example.com", PASSWORD, display_name=f"P {number}") for number in range(10)
    ]
