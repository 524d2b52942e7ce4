import json
import re
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from messenger.models import Conversation, Message, User
from tests.talks import client_of, lines, open_direct, say


@pytest.fixture
def alices(alice: User) -> Client:
    client = Client()
    client.force_login(alice)
    return client


@pytest.fixture
def talk(alice: User, bob: User) -> str:
    return open_direct(client_of(alice), bob)


def boot_of(page: str) -> dict[str, Any]:
    """The data block of a page."""
    found = re.search(r'<script id="messenger-boot" type="application/json">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    boot: dict[str, Any] = json.loads(found[1])
    return boot


def test_it_holds_what_the_script_needs(alices: Client, alice: User, bob: User, talk: str) -> None:
    lines(bob, talk, 3)

    boot = boot_of(alices.get(f"/messenger/?conversation={talk}").content.decode())

    assert boot["user"]["id"] == str(alice.pk)
    assert [conversation["id"] for conversation in boot["conversations"]] == [talk]
    assert (boot["conversationId"], boot["unreadCount"], boot["hasMore"]) == (talk, 3, False)
    assert [message["content"] for message in boot["messages"]] == ["Line 0", "Line 1", "Line 2"]
    assert set(boot["positions"]) == {talk}
    assert boot["limits"] == {
        "maxLength": 10_000,
        "maxFiles": 10,
        "maxFileBytes": 10_485_760,
        "maxTotalBytes": 26_214_400,
        "editWindowSeconds": 900,
        "typingEveryMs": 1000,
        "typingStopMs": 3000,
        "pollMs": 30_000,
    }


def test_a_conversation_beyond_the_first_page_comes_along(
    alices: Client, alice: User, bob: User, settings: LazySettings
) -> None:
    settings.MESSENGER_RATE_LIMIT_FREE_CONVERSATIONS = [(100, 60)]
    client = client_of(alice)
    first = open_direct(client, bob)
    for number in range(51):
        person = User.objects.create_user(f"p{number}@example.com", display_name=f"Person {number}")
        open_direct(client, person)

    boot = boot_of(alices.get(f"/messenger/?conversation={first}").content.decode())

    assert len(boot["conversations"]) == 51
    assert boot["conversations"][-1]["id"] == first
    assert boot["conversationsHasMore"] is True


def test_data_cannot_leave_its_block(alices: Client, bob: User, alice: User, talk: str) -> None:
    User.objects.filter(pk=bob.pk).update(display_name="</script><script>hit()</script>")

    page = alices.get(f"/messenger/?conversation={talk}").content.decode()

    assert "<script>hit()" not in page
    assert boot_of(page)["conversations"][0]["participants"][1]["displayName"] == "</script><script>hit()</script>"


@pytest.mark.parametrize("query", ["new=true&recipientId={bob}", "new=1&contact={bob}&prefill=Hello"])
def test_a_get_never_creates_and_never_sends(alices: Client, bob: User, query: str) -> None:
    page = alices.get(f"/messenger/?{query.format(bob=bob.pk)}").content.decode()

    assert 'data-view="compose"' in page
    assert not Conversation.objects.exists()
    assert not Message.objects.exists()


def test_a_known_conversation_opens_instead_with_what_was_prefilled(alices: Client, bob: User, talk: str) -> None:
    answer = alices.get(f"/messenger/?new=true&recipientId={bob.pk}&prefill=Hello+there")

    assert answer["Location"] == f"/messenger/?conversation={talk}&prefill=Hello+there"


@pytest.mark.parametrize("recipient", ["987654", "0", "x", "9" * 5000])
def test_an_unknown_recipient_is_not_available(alices: Client, recipient: str) -> None:
    page = alices.get(f"/messenger/?new=true&recipientId={recipient}").content.decode()

    assert 'data-view="unavailable"' in page


@pytest.mark.parametrize("message", ["foreign", "987654", "0", "x"])
def test_a_message_that_is_not_there_leaves_the_conversation_open(
    alices: Client, bob: User, carol: User, talk: str, message: str
) -> None:
    lines(bob, talk, 2)
    as_bob = client_of(bob)
    foreign = say(as_bob, open_direct(as_bob, carol))["id"]

    address = f"/messenger/?conversation={talk}&message={foreign if message == 'foreign' else message}"
    boot = boot_of(alices.get(address).content.decode())

    assert boot["conversationId"] == talk
    assert [row["content"] for row in boot["messages"]] == ["Line 0", "Line 1"]


@pytest.mark.parametrize("tab", ["unread", "pinned", "archived", "nonsense"])
def test_a_tab_shows_its_own(alices: Client, alice: User, bob: User, carol: User, talk: str, tab: str) -> None:
    lines(bob, open_direct(client_of(alice), carol), 0)
    lines(bob, talk, 1)

    page = alices.get(f"/messenger/?tab={tab}").content.decode()

    rows = re.findall(r'messenger-v4__conversation-item" href="[^"]+" data-id="(\d+)"', page)
    assert rows == {"unread": [talk], "pinned": [], "archived": [], "nonsense": [talk, str(int(talk) + 1)]}[tab]


def test_a_refused_form_says_why_and_keeps_the_text(alices: Client, talk: str) -> None:
    answer = alices.post(f"/messenger/?conversation={talk}", {"content": "x" * 10_001})

    assert answer.status_code == 400
    assert "At most 10,000 characters; these are 10,001." in answer.content.decode()
    assert "x" * 10_001 in answer.content.decode()
    assert not Message.objects.exists()


def test_a_form_whose_nonce_has_a_nul_stores_nothing(alices: Client, talk: str) -> None:
    """PostgreSQL's text ends there: two forms would have had the same nonce."""
    answer = alices.post(f"/messenger/?conversation={talk}", {"content": "Hello", "clientNonce": "a\0b"})

    assert answer.status_code == 400
    assert not Message.objects.exists()


def test_a_form_sent_twice_sends_once(alices: Client, talk: str) -> None:
    said = {"content": "Hello", "clientNonce": "n1"}

    answers = [alices.post(f"/messenger/?conversation={talk}", said) for _ in range(2)]

    assert [(answer.status_code, answer["Location"]) for answer in answers] == [
        (303, f"/messenger/?conversation={talk}")
    ] * 2
    assert Message.objects.count() == 1


def test_the_number_of_statements_stays_the_same(
    alices: Client, alice: User, bob: User, carol: User, talk: str, django_assert_num_queries: Any
) -> None:
    lines(bob, talk, 1)
    with django_assert_num_queries(10):
        alices.get(f"/messenger/?conversation={talk}")
    lines(bob, talk, 20)
    open_direct(client_of(alice), carol)

    with django_assert_num_queries(10):
        alices.get(f"/messenger/?conversation={talk}")


@pytest.mark.parametrize("where", ["conversation={talk}", "new=true&recipientId={carol}"])
def test_a_form_loses_nothing_that_only_looks_long(alices: Client, talk: str, carol: User, where: str) -> None:
    """What counts is the text as it is stored: 21,000 code points as typed are 7,000 in NFC."""
    typed = "e\u0323\u0302" * 7000

    answer = alices.post(f"/messenger/?{where.format(talk=talk, carol=carol.pk)}", {"content": typed})

    assert answer.status_code == 303
    assert Message.objects.get().content == "\u1ec7" * 7000


def test_a_form_beyond_all_measure_is_refused(alices: Client, talk: str) -> None:
    answer = alices.post(f"/messenger/?conversation={talk}", {"content": "x" * 100_001})

    assert answer.status_code == 400
    assert "x" * 100_001 in answer.content.decode()
    assert not Message.objects.exists()


@pytest.mark.parametrize(("words", "found"), [("baker", ["Bob Baker"]), ("CHEN", ["Carol Chen"]), ("nobody", [])])
def test_a_search_narrows_the_list_without_script(
    alices: Client, alice: User, carol: User, talk: str, words: str, found: list[str]
) -> None:
    open_direct(client_of(alice), carol)

    page = alices.get(f"/messenger/?q={words}").content.decode()

    assert re.findall(r'data-part="name"[^>]*>([^<]+)<', page.split("<chat-view")[0]) == found
    assert len(boot_of(page)["conversations"]) == 2
