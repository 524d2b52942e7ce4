import asyncio
from collections.abc import Callable

import pytest

from messenger.models import Message, User
from tests.native import NativeClient, Refused
from tests.threads import in_a_thread

Socket = Callable[..., NativeClient]


@pytest.fixture
def clients(socket: Socket, alice: User, bob: User, conversation_id: str) -> tuple[NativeClient, NativeClient]:
    """Alice's and bob's connections, with their conversation there."""
    return socket(alice), socket(bob)


async def test_hello_comes_first(clients: tuple[NativeClient, NativeClient], alice: User) -> None:
    async with clients[0] as alices:
        hello = await alices.next("hello")

    assert hello["userId"] == str(alice.pk)
    assert (hello["heartbeatInterval"], hello["unreadCount"], hello["version"]) == (30, 0, "4")
    assert set(hello) == {
        "userId", "connectionId", "serverTime", "heartbeatInterval", "unreadCount", "epoch", "version",
    }  # fmt: skip


async def test_a_message_is_acknowledged_and_arrives(
    clients: tuple[NativeClient, NativeClient], alice: User, conversation_id: str
) -> None:
    async with clients[0] as alices, clients[1] as bobs:
        await bobs.next("hello")
        data = {"conversationId": conversation_id, "content": "Hello Bob", "clientNonce": "n1"}

        answer = await alices.call("send", data)
        event = await bobs.next("message")
        own = await alices.next("message")

    message = answer["message"]
    assert (message["content"], message["seq"], message["status"], message["clientNonce"]) == (
        "Hello Bob",
        1,
        "sent",
        "n1",
    )
    assert event["conversationId"] == conversation_id
    assert event["message"]["id"] == message["id"]
    assert event["version"] == message["version"]
    assert not {"clientNonce", "status", "readBy"} & set(event["message"])
    assert own["message"]["clientNonce"] == "n1"


async def test_both_see_one_order(clients: tuple[NativeClient, NativeClient], conversation_id: str) -> None:
    async with clients[0] as alices, clients[1] as bobs:
        await alices.next("hello")
        await bobs.next("hello")
        sends = [
            client.call("send", {"conversationId": conversation_id, "content": f"{n}", "clientNonce": f"{n}"})
            for n in range(20)
            for client in (alices, bobs)
        ]
        await asyncio.gather(*sends)
        seen = [[await client.next("message") for _ in range(40)] for client in (alices, bobs)]

    ids = [[event["message"]["id"] for event in events] for events in seen]
    assert ids[0] == ids[1]
    assert [event["message"]["seq"] for event in seen[0]] == list(range(1, 41))


async def test_a_nonce_stores_once_also_when_sent_at_once(
    clients: tuple[NativeClient, NativeClient], conversation_id: str
) -> None:
    async with clients[0] as alices:
        data = {"conversationId": conversation_id, "content": "Once", "clientNonce": "same"}
        answers = await asyncio.gather(*[alices.call("send", data) for _ in range(25)])

    assert len({answer["message"]["id"] for answer in answers}) == 1
    assert in_a_thread(Message.objects.count) == 1


async def test_edit_reaction_and_deletion_arrive(
    clients: tuple[NativeClient, NativeClient], bob: User, conversation_id: str
) -> None:
    async with clients[0] as alices, clients[1] as bobs:
        await bobs.next("hello")
        message = (await alices.call("send", {"conversationId": conversation_id, "content": "Helo"}))["message"]
        await alices.call("edit", {"messageId": message["id"], "content": "Hello"})
        edited = await bobs.next("message-edited")
        answer = await bobs.call("react", {"messageId": message["id"], "emoji": "👍"})
        reaction = await alices.next("reaction")
        await alices.call("delete", {"messageId": message["id"]})
        deleted = await bobs.next("message-deleted")

    assert (edited["content"], edited["message"]["isEdited"]) == ("Hello", True)
    assert answer["reacted"] is True
    assert (reaction["userId"], reaction["emoji"], reaction["added"]) == (str(bob.pk), "👍", True)
    assert reaction["reactionSummary"] == [{"emoji": "👍", "count": 1, "users": [str(bob.pk)]}]
    assert [event["version"] for event in (edited, reaction, deleted)] == [
        message["version"] + 1, message["version"] + 2, message["version"] + 3,
    ]  # fmt: skip
    assert deleted["seq"] == 1


async def test_read_and_unread_are_told(
    clients: tuple[NativeClient, NativeClient], bob: User, conversation_id: str
) -> None:
    async with clients[0] as alices, clients[1] as bobs:
        await bobs.next("hello")
        await alices.call("send", {"conversationId": conversation_id, "content": "Hello"})
        unread = await bobs.next("unread")
        answer = await bobs.call("read", {"conversationId": conversation_id})
        told = await alices.next("read")
        own = await bobs.next("read")
        cleared = await bobs.next("unread", unreadCount=0)

    assert unread == {"unreadCount": 1, "conversationId": conversation_id, "conversationUnreadCount": 1}
    assert answer == {"lastReadSeq": 1, "unreadCount": 0}
    assert (told["userId"], told["lastReadSeq"], "privateVersion" in told) == (str(bob.pk), 1, False)
    assert own["privateVersion"] == 1
    assert cleared["conversationUnreadCount"] == 0


async def test_typing_is_told_and_ends_by_itself(
    clients: tuple[NativeClient, NativeClient], bob: User, conversation_id: str
) -> None:
    async with clients[0] as alices, clients[1] as bobs:
        await alices.next("hello")
        await bobs.call("typing", {"conversationId": conversation_id, "isTyping": True})
        begun = await alices.next("typing")
        ended = await alices.next("typing")

        assert bobs.taken("typing") == []

    expected = {"conversationId": conversation_id, "userId": str(bob.pk), "userName": "Bob Baker"}
    assert begun == {**expected, "isTyping": True}
    assert ended == {**expected, "isTyping": False}


async def test_a_stranger_gets_the_answer_of_an_unknown_id(
    clients: tuple[NativeClient, NativeClient], socket: Socket, mallory: User, conversation_id: str
) -> None:
    async with socket(mallory) as mallorys:
        errors = []
        for target in (conversation_id, "987654321"):
            with pytest.raises(Refused) as refused:
                await mallorys.call("send", {"conversationId": target, "content": "Hi"})
            errors.append(refused.value.error)

    assert errors[0] == errors[1]
    assert errors[0]["code"] == "not_found"
    assert not in_a_thread(Message.objects.exists)
