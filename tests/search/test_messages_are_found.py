from typing import Any
from urllib.parse import quote

import pytest

from messenger.models import Attachment, Conversation, Message, Participant, User
from messenger.services.drafts import Draft
from messenger.services.editing import delete_message, edit_message
from messenger.services.sending import send_message
from tests.rest import Rest


def say(sender: User, conversation: Conversation, text: str) -> Message:
    sent = send_message(Draft(sender_id=sender.pk, conversation_id=conversation.pk, content=text))
    return Message.objects.get(pk=sent.message.id)


def find(viewer: User, q: str, **parameters: Any) -> list[dict[str, Any]]:
    rest = Rest().as_user(viewer)
    rest.django.get("/")
    response = rest.django.get("/api/v4/messenger/search", {"q": q, **parameters})
    assert response.status_code == 200, response.content
    return list(response.json()["results"])


def texts(viewer: User, q: str, **parameters: Any) -> list[str]:
    return [hit["content"] for hit in find(viewer, q, **parameters)]


@pytest.fixture
def talk(alice: User, bob: User, conversation: Conversation) -> Conversation:
    """A few messages about a wedding."""
    say(alice, conversation, "We are planning our wedding in June")
    say(bob, conversation, "Congratulations! How many guests are coming?")
    say(alice, conversation, "About 80 guests, and we love flowers")
    return conversation


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("wedding", ["We are planning our wedding in June"]),
        ("plan", ["We are planning our wedding in June"]),
        ("guest", ["About 80 guests, and we love flowers", "Congratulations! How many guests are coming?"]),
        ("flow", ["About 80 guests, and we love flowers"]),
        ('"many guests"', ["Congratulations! How many guests are coming?"]),
        ('"guests many"', []),
        ("guests -flowers", ["Congratulations! How many guests are coming?"]),
        ("guests from:bob", ["Congratulations! How many guests are coming?"]),
        ('guests from:"Bob Baker"', ["Congratulations! How many guests are coming?"]),
        ('from:"bob baker" guests', ["Congratulations! How many guests are coming?"]),
        ('guests from:"Bob Baxter"', []),
        ("guests from:nobody", []),
        ("guests before:2001-01-01", []),
        ("guests has:image", []),
        ("WEDDING june", ["We are planning our wedding in June"]),
        ("elephants", []),
    ],
)
def test_words_phrases_and_filters(bob: User, talk: Conversation, q: str, found: list[str]) -> None:
    assert texts(bob, q) == found


def test_a_picture_is_found_beside_another_file(alice: User, bob: User, conversation: Conversation) -> None:
    kinds = {"plan.pdf": "application/pdf", "tent.png": "image/png", "list.txt": "text/plain"}
    plan, tent, others = (
        Attachment.objects.create(owner=alice, storage_name=name, filename=name, mime_type=kind, size=1, sha256="").pk
        for name, kind in kinds.items()
    )
    for text, files in (("Plan and tent", (plan, tent)), ("Guests", (others,)), ("Nothing", ())):
        send_message(Draft(sender_id=alice.pk, conversation_id=conversation.pk, content=text, attachment_ids=files))

    assert [texts(bob, f"has:{kind}") for kind in ("image", "file", "attachment")] == [
        ["Plan and tent"],
        ["Guests", "Plan and tent"],
        ["Guests", "Plan and tent"],
    ]


def test_hits_are_marked_by_offsets(bob: User, talk: Conversation) -> None:
    (hit,) = find(bob, "plan june")

    marked = [hit["content"][place["start"] : place["end"]] for place in hit["highlight"]]
    assert marked == ["planning", "June"]
    assert hit["conversation"]["id"] == str(talk.pk)


def test_text_without_blanks_is_found(alice: User, bob: User, conversation: Conversation) -> None:
    say(alice, conversation, "東京都で結婚式を計画しています")

    (hit,) = find(bob, "結婚式")

    assert hit["highlight"] == [{"start": 4, "end": 7}]
    assert texts(bob, "大阪") == []
    assert len(texts(bob, "式を")) == 1


def test_strangers_find_nothing(mallory: User, talk: Conversation) -> None:
    assert find(mallory, "wedding") == []
    status, answer = Rest().as_user(mallory).get(f"/api/v4/messenger/search?q=wedding&conversationId={talk.pk}")
    unknown = Rest().as_user(mallory).get("/api/v4/messenger/search?q=wedding&conversationId=987654")
    assert (status, answer["code"]) == (404, "not_found")
    assert (status, answer) == unknown


def test_hidden_history_is_not_found(bob: User, talk: Conversation) -> None:
    Participant.objects.filter(conversation=talk, user=bob).update(history_from_seq=3)

    assert texts(bob, "wedding") == []
    assert texts(bob, "guests") == ["About 80 guests, and we love flowers"]


def test_edits_and_deletions_show_at_once(alice: User, bob: User, talk: Conversation) -> None:
    first = Message.objects.get(conversation=talk, seq=1)
    edit_message(editor=alice, message_id=first.pk, content="We are planning a funeral")

    assert texts(bob, "wedding") == []
    assert texts(bob, "funeral") == ["We are planning a funeral"]
    delete_message(actor=alice, message_id=first.pk)
    assert texts(bob, "funeral") == []


def test_pages_follow_each_other(alice: User, bob: User, conversation: Conversation) -> None:
    for number in range(5):
        say(alice, conversation, f"lantern {number}")
    rest = Rest().as_user(bob)

    first = rest.get("/api/v4/messenger/search?q=lantern&limit=3")[1]
    second = rest.get(f"/api/v4/messenger/search?q=lantern&limit=3&cursor={first['nextCursor']}")[1]

    assert [hit["content"] for hit in first["results"]] == ["lantern 4", "lantern 3", "lantern 2"]
    assert [hit["content"] for hit in second["results"]] == ["lantern 1", "lantern 0"]
    assert (first["hasMore"], second["hasMore"], second["nextCursor"]) == (True, False, None)
    assert rest.get(f"/api/v4/messenger/search?q=other&cursor={first['nextCursor']}")[0] == 400


@pytest.mark.parametrize(
    "q",
    ["''", '""', "&&", "a:*", "!!", "(((", "\\\\", "%%", "-- --", "' OR 1=1", '"', "-", "from:", "in:x y", "c:1", "::",
     "before:9999-99-99 x", "💍💍", "<->", "and or", "\u202e\u202d", "a" * 200, "x\\", "'x", "after:0000-01-01 ab"],
)  # fmt: skip
def test_no_input_is_an_error_of_ours(bob: User, talk: Conversation, q: str) -> None:
    status, _ = Rest().as_user(bob).get(f"/api/v4/messenger/search?q={quote(q)}")

    assert status in {200, 400}
