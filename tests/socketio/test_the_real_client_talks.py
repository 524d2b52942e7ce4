import pytest

from messenger.models import User
from tests.live import token_of, unlimited
from tests.servers import Server
from tests.socketio.node import play
from tests.threads import in_a_thread

EVERY_EVENT = (
    *(f"messenger:v4:{name}" for name in ("edit", "react", "read", "delivered", "typing", "sync", "delete")),
    *(f"messenger:v4:{name}-conversation" for name in ("join", "leave")),
    "messenger:typing",
)
CONTENT = "Grüße, 世界 👩‍👩‍👧 \u2028 \\u0041"
OPTIONS = {
    "default options": ({}, "polling", "websocket"),
    "polling only": ({"transports": ["polling"]}, "polling", "polling"),
    "websocket only": ({"transports": ["websocket"]}, "websocket", "websocket"),
    "websocket first": ({"transports": ["websocket", "polling"]}, "websocket", "websocket"),
}


@pytest.mark.parametrize("named", OPTIONS)
async def test_it_is_greeted_sends_and_hears(named: str, server: Server, alice: User, conversation_id: str) -> None:
    options, first, last = OPTIONS[named]

    found = await play(
        "talks",
        url=server.base_url,
        token=token_of(alice),
        options=options,
        conversationId=conversation_id,
        content=CONTENT,
    )

    assert found["hello"]["userId"] == str(alice.pk)
    assert found["answer"]["ok"] is True
    assert found["answer"]["data"]["message"]["content"] == CONTENT
    assert found["event"]["message"]["id"] == found["answer"]["data"]["message"]["id"]
    assert (found["first"] in (first, last), found["last"]) == (True, last)


async def test_messages_keep_their_order_across_the_upgrade(
    server: Server, alice: User, bob: User, conversation_id: str
) -> None:
    in_a_thread(lambda: unlimited(alice, bob))

    found = await play(
        "upgradesInMidTraffic",
        url=server.base_url,
        token=token_of(alice),
        otherToken=token_of(bob),
        conversationId=conversation_id,
        count=300,
    )

    assert found["seen"] == [str(index) for index in range(300)]
    assert found["transports"][-1] == "websocket"


async def test_it_comes_back_by_itself(server: Server, alice: User, conversation_id: str) -> None:
    found = await play("comesBack", url=server.base_url, token=token_of(alice), conversationId=conversation_id)

    assert found["isNew"] is True
    assert found["answer"]["ok"] is True
    assert found["reason"] == "forced close"


@pytest.mark.parametrize("transports", [["polling"], ["websocket"]])
async def test_every_event_is_answered(
    transports: list[str], server: Server, alice: User, conversation_id: str
) -> None:
    found = await play(
        "acknowledges",
        url=server.base_url,
        token=token_of(alice),
        options={"transports": transports},
        conversationId=conversation_id,
        content=CONTENT,
    )

    assert found["done"]["data"]["message"]["clientNonce"] == "n1"
    codes = {name: found[name]["error"]["code"] for name in ("refused", "unknown", "noObject", "binary")}
    assert codes == {
        "refused": "not_found",
        "unknown": "unknown_event",
        "noObject": "validation_error",
        "binary": "validation_error",
    }
    assert found["nothing"]["ok"] is True
    assert {event: answer["ok"] for event, answer in found["each"].items()} == dict.fromkeys(EVERY_EVENT, True)
    answers = {event: answer["data"] for event, answer in found["each"].items()}
    assert answers["messenger:v4:edit"]["message"]["content"] == "Changed"
    assert answers["messenger:v4:react"]["reacted"] is True
    assert answers["messenger:v4:read"] == {"lastReadSeq": 2, "unreadCount": 0}
    assert [item["id"] for item in answers["messenger:v4:sync"]["conversations"]] == [conversation_id]
    assert answers["messenger:v4:delete"]["message"]["isDeleted"] is True
    assert found["isConnected"] is True


async def test_two_processes_share_their_events(
    live: Server, second: Server, transactional_db: None, alice: User, bob: User, conversation_id: str
) -> None:
    found = await play(
        "acrossProcesses",
        url=live.base_url,
        otherUrl=second.base_url,
        token=token_of(alice),
        otherToken=token_of(bob),
        conversationId=conversation_id,
        content="Across",
    )

    assert found["event"]["message"]["content"] == "Across"
