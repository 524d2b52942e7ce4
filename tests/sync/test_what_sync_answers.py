from typing import Any

import pytest

from messenger.models import User
from tests.rest import Rest
from tests.talks import CONVERSATIONS, M, client_of, open_direct, open_group, say, seen

Json = dict[str, Any]


def ask(client: Rest, **body: object) -> Json:
    status, answer = client.post(f"{M}/sync", body)
    assert status == 200, answer
    return answer


def position(client: Rest, conversation_id: str) -> Json:
    data = seen(client, conversation_id)
    return {name: data[name] for name in ("version", "privateVersion", "pointerSum")}


@pytest.fixture
def talk(as_alice: Rest, bob: User) -> str:
    return open_direct(as_alice, bob)


def test_who_knows_nothing_gets_everything(as_alice: Rest, as_bob: Rest, bob: User, talk: str) -> None:
    messages = [say(as_alice, talk, f"{number}") for number in range(3)]

    answer = ask(as_bob)

    assert [item["id"] for item in answer["conversations"]] == [talk]
    assert [item["id"] for item in answer["messages"][talk]] == [item["id"] for item in messages]
    assert answer["positions"] == {talk: position(as_bob, talk)}
    assert (answer["removed"], answer["unreadCount"], answer["hasMore"], answer["cursor"]) == ([], 3, False, None)
    assert answer["conversations"][0] == seen(as_bob, talk)
    assert set(answer) == {
        "success", "epoch", "conversations", "messages", "pointers", "positions", "removed", "unreadCount",
        "serverTime", "cursor", "hasMore",
    }  # fmt: skip


def test_who_knows_everything_gets_nothing(as_alice: Rest, talk: str) -> None:
    say(as_alice, talk)

    answer = ask(as_alice, conversations={talk: position(as_alice, talk)})

    assert (answer["conversations"], answer["messages"], answer["pointers"]) == ([], {}, {})
    assert (answer["positions"], answer["removed"]) == ({}, [])


def test_only_what_changed_comes(as_alice: Rest, as_bob: Rest, carol: User, talk: str) -> None:
    first, second = say(as_alice, talk, "First"), say(as_alice, talk, "Second")
    other = open_direct(as_alice, carol)
    known = {key: position(as_alice, key) for key in (talk, other)}
    as_bob.post(f"{M}/messages/{first['id']}/reactions", {"emoji": "👍"})
    third = say(as_bob, talk, "Third")

    answer = ask(as_alice, conversations=known)

    assert [item["id"] for item in answer["messages"][talk]] == [first["id"], third["id"]]
    assert [item["version"] for item in answer["messages"][talk]] == [second["version"] + 1, second["version"] + 2]
    assert set(answer["positions"]) == {talk}


def test_a_deleted_message_comes_empty(as_alice: Rest, as_bob: Rest, talk: str) -> None:
    message = say(as_alice, talk, "Secret")
    known = {talk: position(as_bob, talk)}
    as_alice.delete(f"{M}/messages/{message['id']}")

    (row,) = ask(as_bob, conversations=known)["messages"][talk]

    assert (row["id"], row["seq"], row["content"], row["isDeleted"]) == (message["id"], 1, "", True)


def test_what_changed_twice_comes_once_as_it_is_now(as_alice: Rest, as_bob: Rest, talk: str) -> None:
    message = say(as_alice, talk, "One")
    known = {talk: position(as_bob, talk)}
    for content in ("Two", "Three"):
        as_alice.patch(f"{M}/messages/{message['id']}", {"content": content})

    (row,) = ask(as_bob, conversations=known)["messages"][talk]

    assert (row["content"], row["isEdited"], row["version"]) == ("Three", True, message["version"] + 2)


def test_pointers_alone_bring_no_message(as_alice: Rest, as_bob: Rest, alice: User, bob: User, talk: str) -> None:
    say(as_alice, talk)
    known = {talk: position(as_alice, talk)}
    as_bob.post(f"{CONVERSATIONS}/{talk}/read")

    answer = ask(as_alice, conversations=known)

    assert answer["messages"] == {talk: []}
    reached = answer["pointers"][talk][str(bob.pk)]
    assert (reached["lastReadSeq"], reached["lastDeliveredSeq"]) == (1, 1)
    assert answer["pointers"][talk][str(alice.pk)]["lastReadSeq"] == 0
    assert answer["positions"][talk]["pointerSum"] == known[talk]["pointerSum"] + 2


def test_own_settings_come_by_the_private_version(as_alice: Rest, as_bob: Rest, talk: str) -> None:
    known = {who: {talk: position(client, talk)} for who, client in (("alice", as_alice), ("bob", as_bob))}
    as_alice.patch(f"{CONVERSATIONS}/{talk}", {"isPinned": True})

    mine, bobs = ask(as_alice, conversations=known["alice"]), ask(as_bob, conversations=known["bob"])

    assert mine["conversations"][0]["isPinned"] is True
    assert mine["positions"][talk]["privateVersion"] == known["alice"][talk]["privateVersion"] + 1
    assert bobs["conversations"] == []


@pytest.mark.parametrize("how", ["foreign", "unknown", "left", "hidden"])
def test_what_is_not_the_callers_is_removed_alike(
    as_alice: Rest, as_carol: Rest, bob: User, carol: User, how: str
) -> None:
    place = open_group(as_alice, bob, carol)
    say(as_alice, place)
    if how == "left":
        as_carol.delete(f"{CONVERSATIONS}/{place}/participants/{carol.pk}")
    elif how == "hidden":
        as_carol.delete(f"{CONVERSATIONS}/{place}")
    elif how == "foreign":
        place = open_direct(as_alice, bob)
    else:
        place = "987654321"
    numbers = {"version": 1, "privateVersion": 0, "pointerSum": 0}

    answer = ask(as_carol, conversations={place: numbers})
    asked = ask(as_carol, only=[place])

    assert (answer["removed"], asked["removed"]) == ([place], [place])
    assert place not in answer["positions"]
    assert (asked["conversations"], asked["messages"]) == ([], {})


def test_hidden_history_never_comes(as_alice: Rest, as_carol: Rest, bob: User, carol: User) -> None:
    group = open_group(as_alice, bob)
    old = say(as_alice, group, "Before carol")
    as_alice.post(f"{CONVERSATIONS}/{group}/participants", {"userIds": [carol.pk]})
    known = {group: position(as_carol, group)}
    as_alice.patch(f"{M}/messages/{old['id']}", {"content": "Still before carol"})
    say(as_alice, group, "Welcome", replyTo=old["id"])

    fresh, later = ask(as_carol), ask(as_carol, conversations=known)

    assert [row["content"] for row in fresh["messages"][group]] == ["Alice Martin added Carol Chen.", "Welcome"]
    assert [(row["content"], row["replyTo"]) for row in later["messages"][group]] == [("Welcome", None)]
    assert later["positions"][group]["version"] == known[group]["version"] + 2
    assert fresh["conversations"][0]["historyFromSeq"] == 2


def test_only_narrows_the_call(as_alice: Rest, bob: User, carol: User, talk: str) -> None:
    other = open_direct(as_alice, carol)

    answer = ask(as_alice, only=[other])
    neither = ask(as_alice, only=[])

    assert list(answer["positions"]) == [other]
    assert (neither["positions"], neither["removed"]) == ({}, [])


def test_another_epoch_makes_everything_new(as_alice: Rest, talk: str) -> None:
    say(as_alice, talk)
    known = {talk: position(as_alice, talk)}

    other = ask(as_alice, epoch="0123456789abcdef", conversations=known)
    same = ask(as_alice, epoch=other["epoch"], conversations=known)

    assert [row["seq"] for row in other["messages"][talk]] == [1]
    assert same["positions"] == {}


def test_numbers_from_a_later_time_than_the_database_make_it_new(as_alice: Rest, talk: str) -> None:
    say(as_alice, talk)
    later = {**position(as_alice, talk), "version": 999}

    answer = ask(as_alice, conversations={talk: later})

    assert [row["seq"] for row in answer["messages"][talk]] == [1]
    assert answer["positions"] == {talk: position(as_alice, talk)}


def test_a_large_group_is_answered_as_its_pages_are(as_alice: Rest, alice: User) -> None:
    others = [User.objects.create_user(f"p{n}@example.com", display_name=f"Person {n}") for n in range(60)]
    place = open_group(as_alice, *others)
    say(as_alice, place, "Hello all")
    readers = client_of(others[58])
    readers.post(f"{CONVERSATIONS}/{place}/read")

    answer = ask(as_alice)
    _, page = as_alice.get(f"{CONVERSATIONS}/{place}/messages")

    assert answer["messages"][place] == page["messages"]
    assert (answer["messages"][place][0]["status"], answer["messages"][place][0]["readBy"]) == ("sent", [])
    assert len(answer["conversations"][0]["participants"]) == 50
    assert len(answer["pointers"][place]) == 61
    assert answer["positions"][place]["pointerSum"] == 2
