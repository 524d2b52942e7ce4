from collections.abc import Callable

import pytest
from django.conf import LazySettings

from messenger.events import Event, MessageEdited
from messenger.models import Message, OutboxEntry, User
from messenger.services import outbox
from messenger.services.link_notes import first_link
from tests.previews.conftest import Web
from tests.rest import Rest
from tests.talks import CONVERSATIONS, M, open_direct, say, seen

LINK = "http://tents.example.com/marquees"
SHOWN = {
    "url": LINK,
    "title": "Marquees & more",
    "description": "Every size.",
    "imageUrl": None,
    "siteName": "Tents",
}

Fetch = Callable[[], int]


def _newest(client: Rest, conversation: str) -> dict[str, object]:
    messages: list[dict[str, object]] = client.get(f"{CONVERSATIONS}/{conversation}/messages")[1]["messages"]
    return messages[-1]


def test_a_link_gets_its_preview_as_a_change_that_all_hear_of(
    as_alice: Rest, as_bob: Rest, alice: User, bob: User, previews: Fetch, published: list[Event]
) -> None:
    conversation = open_direct(as_alice, bob)
    sent = say(as_alice, conversation, f"Look: {LINK}.")
    published.clear()

    assert previews() == 1

    (event,) = published
    assert isinstance(event, MessageEdited)
    assert (set(event.audience), event.version) == ({alice.pk, bob.pk}, sent["version"] + 1)
    shown = _newest(as_bob, conversation)
    assert (sent["linkPreview"], shown["linkPreview"]) == (None, SHOWN)
    assert (shown["version"], shown["isEdited"]) == (sent["version"] + 1, False)
    assert seen(as_bob, conversation)["version"] == shown["version"]


def test_the_sender_takes_it_away_for_good(as_alice: Rest, as_bob: Rest, bob: User, previews: Fetch) -> None:
    conversation = open_direct(as_alice, bob)
    path = f"{CONVERSATIONS}/{conversation}/messages/{say(as_alice, conversation, LINK)['id']}/preview/remove"
    previews()

    assert as_bob.post(path)[0] == 403
    assert as_alice.post(path)[0] == 200

    assert previews() == 0
    assert _newest(as_bob, conversation)["linkPreview"] is None


def test_they_are_off_by_default(as_alice: Rest, bob: User, settings: LazySettings) -> None:
    assert settings.MESSENGER_LINK_PREVIEWS is False

    say(as_alice, open_direct(as_alice, bob), LINK)

    assert not OutboxEntry.objects.exists()


def test_a_message_without_a_link_asks_for_nothing(as_alice: Rest, bob: User, previews: Fetch) -> None:
    say(as_alice, open_direct(as_alice, bob), "See tents.example.com, or ftp://tents.example.com/x")

    assert not OutboxEntry.objects.exists()


def test_a_deleted_message_gets_none(as_alice: Rest, bob: User, previews: Fetch, web: Web) -> None:
    conversation = open_direct(as_alice, bob)
    as_alice.delete(f"{M}/messages/{say(as_alice, conversation, LINK)['id']}")

    previews()

    assert web.asked == []
    assert Message.objects.get().link_preview is None


def test_another_link_in_an_edited_text_gets_another_preview(
    as_alice: Rest, bob: User, previews: Fetch, web: Web
) -> None:
    web.says("/tables", "<title>Tables</title>")
    conversation = open_direct(as_alice, bob)
    path = f"{M}/messages/{say(as_alice, conversation, LINK)['id']}"
    previews()

    same = as_alice.patch(path, {"content": f"{LINK} or not"})[1]["message"]
    other = as_alice.patch(path, {"content": "http://tents.example.com/tables"})[1]["message"]
    previews()

    assert (same["linkPreview"], other["linkPreview"]) == (SHOWN, None)
    shown = _newest(as_alice, conversation)["linkPreview"]
    assert isinstance(shown, dict)
    assert (shown["title"], shown["description"]) == ("Tables", None)


def test_running_it_twice_changes_nothing(as_alice: Rest, bob: User, previews: Fetch) -> None:
    conversation = open_direct(as_alice, bob)
    say(as_alice, conversation, LINK)
    previews()
    version = seen(as_alice, conversation)["version"]
    OutboxEntry.objects.update(state="waiting")

    assert previews() == 1

    assert seen(as_alice, conversation)["version"] == version


def test_nothing_of_the_people_goes_along(as_alice: Rest, bob: User, previews: Fetch, web: Web) -> None:
    say(as_alice, open_direct(as_alice, bob), LINK)
    previews()

    (request,) = web.asked
    names = sorted(line.split(":")[0] for line in request.split("\r\n")[1:] if line)
    assert names == ["Accept", "Accept-Encoding", "Connection", "Host", "User-Agent"]


def test_automated_and_system_lines_get_none(as_alice: Rest, bob: User, carol: User, previews: Fetch) -> None:
    User.objects.filter(pk=bob.pk).update(display_name=LINK)
    body = {"type": "group", "participantIds": [bob.pk, carol.pk]}
    group = as_alice.post(CONVERSATIONS, body)[1]["conversation"]["id"]

    as_alice.delete(f"{CONVERSATIONS}/{group}/participants/{bob.pk}")

    assert LINK in Message.objects.get().content
    assert outbox.topics_due() == []


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("see https://a.example/x.", "https://a.example/x"),
        ("(https://a.example/x)", "https://a.example/x"),
        ("https://a.example/x_(y)", "https://a.example/x_(y)"),
        ("HTTPS://A.example?q=1&r=2!", "HTTPS://A.example?q=1&r=2"),
        ("<https://a.example/>", "https://a.example/"),
        ("https://a.example/ü http://b.example", "https://a.example/ü"),
        ("javascript:alert(1) data:text/html,x", None),
        (f"https://a.example/{'x' * 2100}", None),
    ],
)
def test_the_first_link_is_found_in_its_sentence(text: str, link: str | None) -> None:
    assert first_link(text) == link
