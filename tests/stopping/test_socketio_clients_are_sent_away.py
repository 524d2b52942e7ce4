import asyncio
from collections import Counter
from typing import Any

import pytest

from messenger.models import User
from tests.live import group, token_of, unlimited
from tests.servers import Server
from tests.socketio.node import findings_of, start
from tests.stopping.busy_people import BusyProgram
from tests.stopping.conftest import STOPPED_WITHIN_S, stopped, stored_nonces
from tests.threads import in_a_thread

pytestmark = pytest.mark.slow

TRANSPORTS = {"websocket": ["websocket"], "polling": ["polling"], "upgraded": ["polling", "websocket"]}
CLIENTS, BUSY_FROM = 8, 60


async def _begun(server: Server, name: str, **given: object) -> asyncio.subprocess.Process:
    return await start(
        "areSentAwayWhileTheySend",
        url=server.base_url,
        options={"transports": TRANSPORTS[name]},
        label=name,
        count=CLIENTS,
        **{"from": BUSY_FROM, **given},
    )


async def _is_busy(process: asyncio.subprocess.Process) -> bool:
    assert process.stdout is not None
    async with asyncio.timeout(40):
        return await process.stdout.readline() == b"busy\n"


@pytest.mark.alone
async def test_who_sends_meanwhile_is_told_when_to_come_back_and_loses_nothing(
    server: Server, alice: User, bob: User, carol: User
) -> None:
    people = [alice, bob, carol]
    unlimited(*people)
    place, tokens = group(*people), [token_of(user) for user in people]
    program = BusyProgram(server, tokens[0], place, "program")
    processes = [await _begun(server, name, tokens=tokens, conversationId=place) for name in TRANSPORTS]
    assert [await _is_busy(process) for process in processes] == [True] * 3
    program.start()
    await asyncio.sleep(0.5)

    took = await asyncio.to_thread(stopped, server)
    found = [await findings_of(process) for process in processes]
    await asyncio.to_thread(program.join, 20)

    acknowledged = [nonce for one in found for nonce in one["acknowledged"]] + program.acknowledged
    stored = Counter(in_a_thread(stored_nonces))
    assert took < STOPPED_WITHIN_S
    assert set(acknowledged) <= set(stored)
    assert (len(acknowledged), set(stored.values())) == (len(set(acknowledged)), {1})
    assert (set(program.statuses), program.broken) == ({201}, [])
    for one in found:
        _check_endings(one["ends"])
    assert "Traceback" not in server.log.read_text()


def _check_endings(ends: list[dict[str, Any]]) -> None:
    assert [end["status"] for end in ends if end["status"] >= 500] == []
    assert all(end["isActive"] for end in ends), ends
    assert [len(end["told"]) for end in ends] == [1] * CLIENTS, ends
    assert all(1 <= end["told"][0]["retryAfter"] <= 5 for end in ends), ends
    assert {code for end in ends for code in end["refused"]} == set(), ends
