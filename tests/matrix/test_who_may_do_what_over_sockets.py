import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest

from messenger.models import User
from messenger.realtime import handlers
from messenger.realtime.incoming import SEND
from tests.live import greeted, token_of, unlimited
from tests.matrix.expectations import EVENTS, WITHOUT_TARGET, EventRow
from tests.matrix.scene import ABSENT, MALFORMED, Scene, Target, everything_stored, set_scene
from tests.native import NativeClient, Refused
from tests.servers import Server
from tests.threads import in_a_thread

PEOPLE = ("stranger", "former", "blocked", "member", "owner")


@pytest.fixture
def stage(transactional_db: None, alice: User, bob: User, carol: User, mallory: User, adam: User) -> Scene:
    """The scene, really stored, with people whom no limit stops."""
    scene = set_scene(alice, bob, carol, mallory, adam)
    unlimited(alice, bob, carol, mallory, adam)
    return scene


def _filled(row: EventRow, target: Target, **other: object) -> dict[str, Any]:
    ids = {"{c}": target.conversation, "{m}": target.message}
    return {name: ids.get(str(value), value) for name, value in row.data.items()} | other


def _wrong_data(row: EventRow, scene: Scene, role: str) -> Iterator[dict[str, Any]]:
    """Of something foreign or absent; and for who has no part in it, of their own."""
    if role in ("stranger", "former"):
        yield _filled(row, scene.own[role])
    yield _filled(row, scene.foreign)
    yield _filled(row, Target(ABSENT, ABSENT, ABSENT, ABSENT, ABSENT))


async def _said(client: NativeClient, event: str, data: object) -> str:
    """The answer's error as text, or `ok`."""
    try:
        await client.call(event, data)
    except Refused as refused:
        return json.dumps(refused.error, sort_keys=True)
    return "ok"


def _heard(stage: Scene, role: str, client: NativeClient) -> list[tuple[str, dict[str, Any]]]:
    """What a client heard unasked, but for the presence of its own person."""
    me = str(stage.actor(role).pk)
    return [(name, data) for name, data in client.events if "presence" not in name or data["userId"] != me]


async def test_a_thing_is_there_for_its_people_alone(live: Server, stage: Scene) -> None:
    tokens = {role: token_of(stage.actor(role)) for role in PEOPLE}
    stored = in_a_thread(everything_stored)
    wrong, unknown = [], json.dumps({"code": "not_found", "message": "Not found."}, sort_keys=True)

    async def try_all(role: str, row: EventRow, client: NativeClient) -> None:
        for data in _wrong_data(row, stage, role):
            said = await _said(client, row.event, data)
            if said != unknown:
                wrong.append((role, row.event, data, said))

    async with greeted(*[NativeClient(live.socket_url, token=token) for token in tokens.values()]) as clients:
        await asyncio.gather(
            *[try_all(role, row, client) for role, client in zip(PEOPLE, clients, strict=True) for row in EVENTS]
        )
        heard = [_heard(stage, role, client) for role, client in zip(PEOPLE, clients, strict=True)]

    assert wrong == []
    assert [events for role, events in zip(PEOPLE, heard, strict=True) if role not in ("member", "owner")] == [[]] * 3
    assert in_a_thread(everything_stored) == stored


async def test_what_is_no_id_is_refused(live: Server, stage: Scene) -> None:
    stored = in_a_thread(everything_stored)
    wrong = []

    async with greeted(NativeClient(live.socket_url, token=token_of(stage.actor("owner")))) as (client,):
        for row in EVENTS:
            name = "conversationId" if "conversationId" in row.data else "messageId"
            answers = await asyncio.gather(
                *[_said(client, row.event, _filled(row, stage.foreign, **{name: value})) for value in MALFORMED]
            )
            wrong += [(row.event, said) for said in answers if '"validation_error"' not in said]

    assert wrong == []
    assert in_a_thread(everything_stored) == stored


@pytest.mark.parametrize("role", ["member", "owner", "blocked"])
async def test_its_people_may_do_what_the_contract_says(live: Server, stage: Scene, role: str) -> None:
    async with greeted(NativeClient(live.socket_url, token=token_of(stage.actor(role)))) as (client,):
        verdicts = {}
        for row in sorted(EVENTS, key=lambda row: row.event.endswith("delete")):
            said = await _said(client, row.event, _filled(row, stage.own[role]))
            verdicts[row.event] = said if said == "ok" else json.loads(said)["code"]

    assert verdicts == {row.event: getattr(row, role) for row in EVENTS}


async def test_nobody_else_hears_of_it(live: Server, stage: Scene) -> None:
    roles = ("owner", "stranger", "former")
    tokens = [token_of(stage.actor(role)) for role in roles]

    async with greeted(*[NativeClient(live.socket_url, token=token) for token in tokens]) as clients:
        for row in sorted(EVENTS, key=lambda row: row.event.endswith("delete")):
            await clients[0].call(row.event, _filled(row, stage.own["owner"]))
        await asyncio.sleep(1.3)  # unread counts are told within a second

        assert clients[0].taken("message-deleted") != []
        assert [_heard(stage, role, client) for role, client in zip(roles[1:], clients[1:], strict=True)] == [[], []]


async def test_a_stranger_catches_up_on_nothing(live: Server, stage: Scene) -> None:
    group = stage.own["stranger"].conversation

    async with greeted(NativeClient(live.socket_url, token=token_of(stage.actor("stranger")))) as (client,):
        answer = await client.call("sync", {"conversations": {group: {"version": 1}}, "only": [group, ABSENT]})
        heartbeat = await client.call("presence")

    assert answer["removed"] == sorted([group, ABSENT], key=int)
    assert [answer[name] for name in ("conversations", "messages", "pointers", "positions")] == [[], {}, {}, {}]
    assert (answer["unreadCount"], heartbeat) == (0, {"positions": {}})


def test_the_matrix_knows_every_event() -> None:
    assert {row.event for row in EVENTS} | WITHOUT_TARGET == {*handlers.EVENTS, SEND}
