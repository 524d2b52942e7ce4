from typing import Any

import pytest

from messenger.models import Conversation, User
from messenger.services.drafts import Draft
from messenger.services.editing import edit_message
from messenger.services.sending import send_message
from tests.rest import Rest


def say(sender: User, conversation: Conversation, text: str) -> int:
    sent = send_message(Draft(sender_id=sender.pk, conversation_id=conversation.pk, content=text))
    return sent.message.id


def find(viewer: User, q: str) -> list[dict[str, Any]]:
    rest = Rest().as_user(viewer)
    rest.django.get("/")
    response = rest.django.get("/api/v4/messenger/search", {"q": q})
    assert response.status_code == 200, response.content
    return list(response.json()["results"])


def marked(hit: dict[str, Any]) -> list[str]:
    return [hit["content"][place["start"] : place["end"]] for place in hit["highlight"]]


FOUND = {
    "in curly quotes": ("He said “yes” loudly", "yes", ["yes"]),
    "stemmed in curly quotes": ("We are “planning” it", "planned", []),  # PostgreSQL marks no part of a token
    "before an ellipsis": ("Well… we shall see", "well", ["Well"]),
    "after a dash": ("Flowers—roses above all", "roses", ["roses"]),
    "after an inverted question mark": ("¿Qué tal?", "qué", ["Qué"]),
    "with a typographic apostrophe": ("That’s it", "that's", ["That", "s"]),
    "behind a slash": ("Tuesday/Wednesday suits me", "wednesday", ["Wednesday"]),
    "a price": ("It costs £12.50 in all", "12.50", ["12", "50"]),
    "a day": ("Shall we say 2026-11-20 then", "2026-11-20", ["2026", "11", "20"]),
    "a file's name": ("It is in node.js", "node.js", ["node", "js"]),
    "its ending": ("It is in node.js", "js", ["js"]),
    "half typed": ("It is in node.js", "node.j", ["node", "js"]),
    "an address": ("Write to a.b@example.com", "a.b@example.com", ["a", "b", "example", "com"]),
    "a host": ("See https://example.org/menu/autumn", "example.org", ["example", "org"]),
    "the last part of a link": ("See https://example.org/menu/autumn", "autumn", ["autumn"]),
    "Hindi": ("यह हिन्दी भाषा है", "हिन्दी", ["हिन्दी"]),
    "Arabic with vowel signs": ("قال مُحَمَّد", "مُحَمَّد", ["مُحَمَّد"]),
    "capitals that are not ASCII": ("ПРИВЕТ ÄRGER", "привет ärger", ["ПРИВЕТ", "ÄRGER"]),
    "Latin letters beside Chinese": ("东京abcdef", "abcdef", ["abcdef"]),
    "after a hard blank": ("room\u00a0twelve", "twelve", ["twelve"]),
}


@pytest.mark.parametrize(("text", "q", "marks"), FOUND.values(), ids=FOUND.keys())
def test_a_word_is_found_however_it_stands(
    alice: User, bob: User, conversation: Conversation, text: str, q: str, marks: list[str]
) -> None:
    say(alice, conversation, text)
    say(alice, conversation, "Something else")

    hits = find(bob, q)

    assert [hit["content"] for hit in hits] == [text]
    assert [marked(hit) for hit in hits] == [marks]


def test_an_edited_text_is_found_by_the_same_words(alice: User, bob: User, conversation: Conversation) -> None:
    message_id = say(alice, conversation, "Nothing yet")

    edit_message(editor=alice, message_id=message_id, content="It is “settled”")

    assert [marked(hit) for hit in find(bob, "settled")] == [["settled"]]


@pytest.mark.parametrize("q", ["guests c", "guests C"])
def test_a_lone_c_is_a_word_like_any(alice: User, bob: User, conversation: Conversation, q: str) -> None:
    say(alice, conversation, "How many guests are coming?")
    say(alice, conversation, "guests of class C")

    assert [hit["content"] for hit in find(bob, q)] == ["guests of class C"]


@pytest.mark.parametrize("q", ["__", "_ -", "c++"])
def test_what_is_no_word_finds_nothing(alice: User, bob: User, conversation: Conversation, q: str) -> None:
    say(alice, conversation, "How many guests are coming?")

    assert find(bob, q) == []
