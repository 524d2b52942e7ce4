import asyncio

import pytest

from messenger.models import User
from messenger.services.groups import add_participants, remove_participant
from tests.live import greeted, group, token_of, unlimited
from tests.native import NativeClient, Refused
from tests.servers import Server
from tests.threads import in_a_thread


@pytest.fixture
def place(server: Server, alice: User, bob: User, carol: User) -> str:
    """A group of alice, bob and carol."""
    unlimited(alice, bob, carol)
    return group(alice, bob, carol)


def _client(server: Server, user: User) -> NativeClient:
    return NativeClient(server.socket_url, token=token_of(user))


@pytest.mark.parametrize("how", ["removed", "left"])
async def test_from_then_on_there_is_silence(server: Server, alice: User, carol: User, place: str, how: str) -> None:
    actor = alice if how == "removed" else carol

    async with greeted(_client(server, alice), _client(server, carol)) as (alices, carols):
        ask = {"conversationId": place}
        sent = (await alices.call("send", {**ask, "content": "Before"}))["message"]
        await carols.next("message")
        in_a_thread(lambda: remove_participant(actor=actor, conversation_id=int(place), user_id=carol.pk))
        gone = await carols.next("conversation-deleted", within=2)
        await asyncio.sleep(1.2)  # the unread count is told within a second
        carols.events.clear()
        await alices.call("send", {**ask, "content": "After"})
        await alices.call("edit", {"messageId": sent["id"], "content": "Edited"})
        await alices.call("react", {"messageId": sent["id"], "emoji": "👍"})
        await alices.call("typing", ask)
        await alices.call("read", ask)
        await alices.call("delete", {"messageId": sent["id"]})
        await asyncio.sleep(1.3)

        assert (gone, carols.events) == ({"conversationId": place}, [])


async def test_what_she_asks_for_is_unknown(server: Server, alice: User, carol: User, place: str) -> None:
    async with greeted(_client(server, alice), _client(server, carol)) as (alices, carols):
        sent = (await alices.call("send", {"conversationId": place, "content": "Before"}))["message"]
        in_a_thread(lambda: remove_participant(actor=alice, conversation_id=int(place), user_id=carol.pk))
        await carols.next("conversation-deleted", within=2)
        codes = []
        for event, data in (
            ("send", {"conversationId": place, "content": "Still here"}),
            ("react", {"messageId": sent["id"], "emoji": "👍"}),
            ("read", {"conversationId": place}),
            ("typing", {"conversationId": place}),
            ("join-conversation", {"conversationId": place}),
        ):
            with pytest.raises(Refused) as refused:
                await carols.call(event, data)
            codes.append(refused.value.code)
        synced = await carols.call("sync", {"conversations": {place: {"version": 1}}})

    assert codes == ["not_found"] * 5
    assert (synced["removed"], synced["conversations"]) == ([place], [])


async def test_no_event_slips_through_while_the_room_is_loud(
    server: Server, alice: User, bob: User, carol: User, place: str
) -> None:
    async with greeted(*[_client(server, user) for user in (alice, bob, carol)]) as (alices, bobs, carols):
        talking = [
            asyncio.create_task(client.call("send", {"conversationId": place, "content": f"{number}"}))
            for number in range(200)
            for client in (alices, bobs)
        ]
        await carols.next("message")
        await asyncio.to_thread(
            in_a_thread, lambda: remove_participant(actor=alice, conversation_id=int(place), user_id=carol.pk)
        )
        await asyncio.gather(*talking)
        await asyncio.sleep(0.3)

    names = [name for name, data in carols.events if data.get("conversationId") == place]
    end = names.index("messenger:v4:conversation-deleted")
    assert set(names[end + 1 :]) <= {"messenger:v4:unread"}


async def test_who_comes_back_hears_again(server: Server, alice: User, carol: User, place: str) -> None:
    async with greeted(_client(server, alice), _client(server, carol)) as (alices, carols):
        in_a_thread(lambda: remove_participant(actor=alice, conversation_id=int(place), user_id=carol.pk))
        await carols.next("conversation-deleted", within=2)
        in_a_thread(lambda: add_participants(actor=alice, conversation_id=int(place), user_ids=[carol.pk]))
        created = await carols.next("conversation-created", within=2)
        await alices.call("send", {"conversationId": place, "content": "Welcome back"})
        while (await carols.next("message"))["message"]["content"] != "Welcome back":
            pass

    assert created["conversation"]["id"] == place
