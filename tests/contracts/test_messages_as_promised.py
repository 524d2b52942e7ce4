"""What the table "Messages" promises of what messages do, beyond the shape of its answers."""

from datetime import timedelta

import pytest
from django.utils import timezone

from messenger.models import Message
from messenger.services.editing import wipe_deleted_messages
from tests.contracts.stage import Stage
from tests.rest import Rest
from tests.talks import CONVERSATIONS, M, say

Json = dict[str, object]


@pytest.fixture
def alice(stage: Stage) -> Rest:
    return stage.client("alice")


@pytest.fixture
def messages(stage: Stage) -> str:
    """The address of the messages of alice's and bob's talk: two by her, the second deleted, then one by him."""
    return f"{CONVERSATIONS}/{stage.ids['talk']}/messages"


def _page(client: Rest, path: str) -> tuple[list[int], bool, bool]:
    """Numbers of the page's messages, and whether there are older and newer ones."""
    status, answer = client.get(path)
    assert status == 200, answer
    return [message["seq"] for message in answer["messages"]], answer["hasMore"], answer["hasNewer"]


def test_pages_lead_from_the_newest_to_the_oldest_and_back(alice: Rest, messages: str) -> None:
    _, newest = alice.get(f"{messages}?limit=2")
    _, oldest = alice.get(f"{messages}?limit=2&cursor={newest['nextCursor']}")
    _, again = alice.get(f"{messages}?limit=2&cursor={oldest['previousCursor']}")

    seqs = [[message["seq"] for message in page["messages"]] for page in (newest, oldest, again)]
    assert seqs == [[2, 3], [1], [2, 3]]
    assert [(page["hasMore"], page["hasNewer"]) for page in (newest, oldest)] == [(True, False), (False, True)]
    assert (newest["previousCursor"], oldest["nextCursor"]) == (None, None)


def test_a_page_stands_before_after_or_around_a_message(stage: Stage, alice: Rest, messages: str) -> None:
    first, third = stage.ids["talk_by_alice"], stage.ids["talk_by_bob"]

    assert _page(alice, f"{messages}?before={third}") == ([1, 2], False, True)
    assert _page(alice, f"{messages}?before=seq:3&limit=1") == ([2], True, True)
    assert _page(alice, f"{messages}?after={first}") == ([2, 3], True, False)
    assert _page(alice, f"{messages}?after=seq:1&limit=1") == ([2], True, True)
    assert _page(alice, f"{messages}?around=seq:2&limit=1") == ([2], True, True)
    assert 1 in _page(alice, f"{messages}?around={first}&limit=2")[0]


def test_beyond_either_end_a_page_is_empty_and_leads_back(alice: Rest, messages: str) -> None:
    assert _page(alice, f"{messages}?before=seq:1") == ([], False, True)
    assert _page(alice, f"{messages}?after=seq:3") == ([], True, False)
    _, nothing = alice.get(f"{messages}?after=seq:99&limit=2")

    assert _page(alice, f"{messages}?limit=2&cursor={nothing['nextCursor']}") == ([2, 3], True, False)


def test_a_cursor_is_good_for_its_own_conversation_and_person_only(stage: Stage, alice: Rest, messages: str) -> None:
    cursor = alice.get(f"{messages}?limit=1")[1]["nextCursor"]

    answers = [
        stage.client("bob").get(f"{messages}?cursor={cursor}"),
        alice.get(f"{CONVERSATIONS}/{stage.ids['group']}/messages?cursor={cursor}"),
        alice.get(f"{messages}?cursor={cursor}x"),
    ]

    assert [(status, answer["code"]) for status, answer in answers] == [(400, "validation_error")] * 3


def test_the_same_nonce_gives_the_message_as_it_now_stands(alice: Rest, messages: str) -> None:
    first = alice.post(messages, {"content": "Hello"}, Idempotency_Key="n")[1]["message"]
    edited = alice.patch(f"{messages}/{first['id']}", {"content": "Hello Bob"})[1]["message"]

    again = alice.post(messages, {"content": "Hello", "clientNonce": "n"})

    assert again == (200, {"success": True, "message": edited})
    assert first["clientNonce"] == "n"


def test_a_nonce_outlives_the_text_that_was_wiped(alice: Rest, messages: str) -> None:
    first = alice.post(messages, {"content": "1234", "clientNonce": "n"})[1]["message"]
    alice.delete(f"{M}/messages/{first['id']}")
    Message.objects.filter(pk=first["id"]).update(deleted_at=timezone.now() - timedelta(minutes=1))
    wipe_deleted_messages()

    status, answer = alice.post(messages, {"content": "1234", "clientNonce": "n"})

    assert (status, answer["message"]["id"], answer["message"]["isDeleted"]) == (200, first["id"], True)
    assert Message.objects.get(pk=first["id"]).fingerprint == ""


@pytest.mark.parametrize("other", [{"content": "Bye"}, {"replyTo": "$talk_by_bob"}, {"attachmentIds": ["$file"]},
                                   {"metadata": {"a": 1}}], ids=lambda other: next(iter(other)))  # fmt: skip
def test_a_nonce_stands_for_content_reply_attachments_and_metadata(
    stage: Stage, alice: Rest, messages: str, other: Json
) -> None:
    first = {"content": "Hello", "clientNonce": "n"}
    known = {f"${name}": identifier for name, identifier in stage.ids.items()}
    named = {
        field: known.get(str(value), [stage.ids["file"]] if field == "attachmentIds" else value)
        for field, value in other.items()
    }
    say(alice, stage.ids["talk"], "Hello", clientNonce="n")

    status, answer = alice.post(messages, {**first, **named})

    assert (status, answer["code"]) == (409, "nonce_reused")
    assert Message.objects.filter(conversation_id=stage.ids["talk"]).count() == 4


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Hello \n", "Hello"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("Cafe\u0301", "Café"),
        ("<b>&amp;</b>\tend", "<b>&amp;</b>\tend"),
        ("🎉" * 10_000, "🎉" * 10_000),
    ],
    ids=["trimmed", "line ends", "NFC", "never as HTML", "10,000 code points"],
)
def test_a_text_is_kept_as_typed_but_for_its_edges_and_line_ends(
    alice: Rest, messages: str, typed: str, kept: str
) -> None:
    status, answer = alice.post(messages, {"content": typed})

    assert (status, answer["message"]["content"]) == (201, kept)


def test_an_edit_keeps_the_earlier_texts_at_both_addresses(stage: Stage, alice: Rest, messages: str) -> None:
    mine, bob = stage.ids["talk_by_alice"], stage.client("bob")
    edited = alice.patch(f"{messages}/{mine}", {"content": "Better"})[1]["message"]
    alice.patch(f"{M}/messages/{mine}", {"content": "Best"})

    histories = [bob.get(f"{path}/{mine}/history")[1]["history"] for path in (messages, f"{M}/messages")]

    assert (edited["content"], edited["isEdited"], edited["editedAt"] is None) == ("Better", True, False)
    assert histories[0] == histories[1]
    assert [earlier["content"] for earlier in histories[0]] == ["By alice in talk", "Better"]


def test_a_deleted_message_keeps_its_number_and_shows_nothing(stage: Stage) -> None:
    alice, group, theirs = stage.client("alice"), stage.ids["group"], stage.ids["group_by_bob"]
    stage.client("carol").post(f"{M}/messages/{theirs}/reactions", {"emoji": "👍"})
    reply = say(stage.client("carol"), group, "Quite", replyTo=theirs)["id"]

    gone = alice.delete(f"{CONVERSATIONS}/{group}/messages/{theirs}")[1]["message"]
    page = stage.client("carol").get(f"{CONVERSATIONS}/{group}/messages")[1]["messages"]

    assert (gone["seq"], gone["content"], gone["isDeleted"], gone["reactions"]) == (3, "", True, [])
    (quoting,) = [message for message in page if message["id"] == reply]
    assert (quoting["replyTo"]["content"], quoting["replyTo"]["isDeleted"]) == ("", True)
    assert [message["content"] for message in page if message["id"] == theirs] == [""]
    assert stage.client("carol").get(f"{M}/search?q=bob")[1]["results"] == []
    assert stage.client("carol").get(f"{CONVERSATIONS}/{group}/messages/{theirs}/history")[1].get("history", []) == []


def test_who_deleted_a_message_may_restore_it_for_30_seconds(stage: Stage, alice: Rest, messages: str) -> None:
    gone = stage.ids["talk_by_deleted"]

    status, answer = alice.post(f"{messages}/{gone}/restore")
    alice.delete(f"{messages}/{gone}")
    Message.objects.filter(pk=gone).update(deleted_at=timezone.now() - timedelta(seconds=31))
    late = alice.post(f"{messages}/{gone}/restore")

    assert (status, answer["message"]["content"], answer["message"]["isDeleted"]) == (200, "By alice in talk", False)
    assert (late[0], late[1]["code"]) == (403, "not_allowed")


def test_a_reaction_is_toggled_or_set(stage: Stage, alice: Rest, messages: str) -> None:
    theirs = stage.ids["talk_by_bob"]
    by_turns = [alice.post(f"{messages}/{theirs}/react", {"emoji": "👍"})[1]["reacted"] for _ in range(2)]
    body = {"emoji": "👍", "on": True}
    answers = [alice.post(f"{M}/messages/{theirs}/reactions", body)[1] for _ in range(2)]

    assert by_turns == [True, False]
    assert [answer["reacted"] for answer in answers] == [True, True]
    assert answers[1]["message"]["reactionSummary"] == [
        {"emoji": "👍", "count": 1, "users": [stage.ids["alice"]], "reacted": True}
    ]


def test_a_message_takes_twenty_different_emoji(stage: Stage, alice: Rest, messages: str) -> None:
    path = f"{messages}/{stage.ids['talk_by_bob']}/react"
    twenty = [chr(0x1F600 + number) for number in range(20)]
    taken = [alice.post(path, {"emoji": emoji})[0] for emoji in twenty]

    refused = alice.post(path, {"emoji": "👍"})
    known = stage.client("bob").post(path, {"emoji": twenty[0]})

    assert taken == [200] * 20
    assert (refused[0], refused[1]["code"], known[0]) == (400, "validation_error", 200)


def test_one_emoji_is_one_kind_however_a_keyboard_spells_it(stage: Stage, messages: str) -> None:
    path = f"{messages}/{stage.ids['talk_by_bob']}/react"

    stage.client("alice").post(path, {"emoji": "\u2764"})
    _, both = stage.client("bob").post(path, {"emoji": "\u2764\ufe0f"})
    _, one = stage.client("alice").post(path, {"emoji": "\u2764", "on": False})

    assert [(kind["emoji"], kind["count"]) for kind in both["message"]["reactionSummary"]] == [("\u2764\ufe0f", 2)]
    assert [(kind["emoji"], kind["count"]) for kind in one["message"]["reactionSummary"]] == [("\u2764\ufe0f", 1)]


@pytest.mark.parametrize("plain", ["\u2b50", "\u26a1", "\u2757", "\u2615", "\u26bd", "\u2705", "\U0001f44d"], ids=ascii)
def test_a_selector_that_an_emoji_does_not_need_makes_no_other_kind(stage: Stage, messages: str, plain: str) -> None:
    path = f"{messages}/{stage.ids['talk_by_bob']}/react"

    status, _ = stage.client("alice").post(path, {"emoji": f"{plain}\ufe0f", "on": True})
    _, both = stage.client("bob").post(path, {"emoji": plain, "on": True})

    assert status == 200
    assert [(kind["emoji"], kind["count"]) for kind in both["message"]["reactionSummary"]] == [(plain, 2)]


@pytest.mark.parametrize("bad", ["\ufe0f\u2b50", "\u2b50\ufe0f\ufe0f", "\u2b50\ufe0e", "\ufe0f", "a\ufe0f"], ids=ascii)
def test_a_selector_in_a_wrong_place_is_no_emoji(stage: Stage, messages: str, bad: str) -> None:
    status, answer = stage.client("alice").post(f"{messages}/{stage.ids['talk_by_bob']}/react", {"emoji": bad})

    assert (status, answer["code"]) == (400, "validation_error")
