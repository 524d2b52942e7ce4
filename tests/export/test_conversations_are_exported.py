import csv
import io
import json
from html.parser import HTMLParser

import httpx
import pytest
from pytest_django.fixtures import DjangoAssertNumQueries

from messenger.api import transcripts
from messenger.models import Conversation, Message, Participant, User
from messenger.selectors import transcripts as history
from messenger.selectors.conversations import conversation_seen_by
from tests.export.conftest import exported, exported_json
from tests.live import token_of
from tests.rest import Rest
from tests.servers import Server
from tests.talks import CONVERSATIONS, M, client_of, lines, open_direct, open_group, say, seen

_EVIL = '<script>alert("x")</script> & <img src=x onerror=y>'


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_json_holds_the_conversation_and_its_messages_as_the_api_shows_them(as_alice: Rest, bob: User) -> None:
    conversation = open_direct(as_alice, bob)
    first = say(as_alice, conversation, "Is May free?")
    say(client_of(bob), conversation, "It is", replyTo=first["id"])

    made = exported_json(as_alice, conversation)

    assert made["conversation"] == seen(as_alice, conversation)
    assert made["messages"] == as_alice.get(f"{CONVERSATIONS}/{conversation}/messages")[1]["messages"]
    assert (made["success"], made["isComplete"], len(made["messages"])) == (True, True, 2)


def test_without_a_format_it_is_json_and_others_are_refused(as_alice: Rest, bob: User) -> None:
    path = f"{CONVERSATIONS}/{open_direct(as_alice, bob)}/export"

    plain, refused = as_alice.get(path), as_alice.get(f"{path}?format=pdf")

    assert (plain[0], refused[0], list(refused[1]["details"])) == (200, 400, ["format"])


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [("json", "application/json"), ("html", "text/html; charset=utf-8"), ("csv", "text/csv; charset=utf-8")],
)
def test_it_is_saved_and_not_shown_as_a_page_of_ours(as_alice: Rest, bob: User, kind: str, media_type: str) -> None:
    conversation = open_direct(as_alice, bob)

    exported(as_alice, conversation, kind)

    headers = as_alice.last.headers
    assert headers["Content-Type"] == media_type
    assert headers["Content-Disposition"].startswith(f'attachment; filename="conversation-{conversation}-')
    assert headers["Content-Disposition"].endswith(f'.{kind}"')
    assert (headers["X-Content-Type-Options"], headers["Cache-Control"]) == ("nosniff", "no-store")
    assert "sandbox" in headers["Content-Security-Policy"]


def test_html_shows_markup_as_text(as_alice: Rest, alice: User, bob: User) -> None:
    User.objects.filter(pk=alice.pk).update(display_name="<b>Alice</b>")
    conversation = open_direct(as_alice, bob)
    first = say(as_alice, conversation, _EVIL)
    say(as_alice, conversation, "Again", replyTo=first["id"])
    tags: list[str] = []
    texts: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, _attrs: object) -> None:
            tags.append(tag)

        def handle_data(self, data: str) -> None:
            texts.append(data)

    Reader().feed(exported(as_alice, conversation, "html"))

    assert {"script", "img", "b"} & set(tags) == {"b"}
    assert texts.count(_EVIL) == 2
    assert "<b>Alice</b>" in texts


def test_csv_reads_back_what_was_written(as_alice: Rest, bob: User) -> None:
    conversation = open_direct(as_alice, bob)
    texts = ['Two\nlines, "quoted"; and ümlauts 你好', "plain"]
    for text in texts:
        say(as_alice, conversation, text)

    rows = _rows(exported(as_alice, conversation, "csv"))

    assert [row["content"] for row in rows] == texts
    assert [row["seq"] for row in rows] == ["1", "2"]
    assert tuple(rows[0]) == transcripts.COLUMNS


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        '=HYPERLINK("http://evil.example","x")',
        "＝1",
        "\u00a0=1",
        "@bob hello",
        "-\ttab",
    ],
)
def test_csv_holds_nothing_that_a_spreadsheet_carries_out(text: str, as_alice: Rest, alice: User, bob: User) -> None:
    User.objects.filter(pk=alice.pk).update(display_name=f"{text}")
    conversation = open_direct(as_alice, bob)
    say(as_alice, conversation, "Hello")
    Message.objects.update(content=text)

    (row,) = _rows(exported(as_alice, conversation, "csv"))

    assert (row["content"], row["senderName"]) == (f"'{text}", f"'{text}")


@pytest.mark.parametrize("kind", transcripts.KINDS)
def test_hidden_history_and_deleted_texts_are_in_no_export(as_alice: Rest, bob: User, carol: User, kind: str) -> None:
    group = open_group(as_alice, bob, title="Party")
    hidden = say(as_alice, group, "Only for two")
    as_alice.post(f"{CONVERSATIONS}/{group}/participants", {"userIds": [carol.pk]})
    say(as_alice, group, "An answer", replyTo=hidden["id"])
    gone = say(as_alice, group, "Taken back")
    as_alice.delete(f"{M}/messages/{gone['id']}")

    text = exported(client_of(carol), group, kind)

    assert ("Only for two" in text, "Taken back" in text, "An answer" in text) == (False, False, True)


def test_who_deleted_the_conversation_for_themselves_exports_nothing_of_before(as_alice: Rest, bob: User) -> None:
    conversation = open_direct(as_alice, bob)
    say(as_alice, conversation, "Before")
    as_alice.delete(f"{CONVERSATIONS}/{conversation}")

    made = exported_json(as_alice, conversation)

    assert (made["messages"], made["isComplete"]) == ([], True)


def test_outsiders_and_the_absent_get_the_same_answer(as_alice: Rest, bob: User, mallory: User) -> None:
    conversation = open_direct(as_alice, bob)
    outsider = client_of(mallory)

    answers = [outsider.get(f"{CONVERSATIONS}/{key}/export") for key in (conversation, "999999", "word")]

    assert [status for status, _ in answers] == [404] * 3
    assert answers[0] == answers[1] == answers[2]


def test_a_long_conversation_comes_in_pages_of_constant_cost(
    as_alice: Rest,
    alice: User,
    bob: User,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    conversation = open_direct(as_alice, bob)
    lines(bob, conversation, 20)
    monkeypatch.setattr(history, "PAGE", 10)
    view = conversation_seen_by(user=alice, conversation_id=int(conversation))

    with django_assert_num_queries(6):
        pieces = list(transcripts.transcript(user=alice, seen=view, kind="json"))

    assert [item["seq"] for item in json.loads(b"".join(pieces))["messages"]] == list(range(1, 21))


def test_who_is_put_out_meanwhile_gets_nothing_more(
    as_alice: Rest, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation = open_direct(as_alice, bob)
    lines(bob, conversation, 6)
    monkeypatch.setattr(history, "PAGE", 2)
    view = conversation_seen_by(user=alice, conversation_id=int(conversation))
    pieces = transcripts.transcript(user=alice, seen=view, kind="json")
    begun = [next(pieces) for _ in range(4)]

    Participant.objects.filter(user=alice).update(left_at=Conversation.objects.get().created_at)

    made = json.loads(b"".join([*begun, *pieces]))
    assert (len(made["messages"]), made["isComplete"]) == (2, False)


@pytest.mark.slow
def test_a_real_server_streams_it(transactional_db: None, live: Server, alice: User, bob: User) -> None:
    conversation = open_direct(client_of(alice), bob)
    lines(bob, conversation, 3)
    address = f"{live.base_url}{CONVERSATIONS}/{conversation}/export?format=csv"

    with httpx.Client(trust_env=False) as client:
        answer = client.get(address, headers={"Authorization": f"Bearer {token_of(alice)}"})

    assert answer.headers["Transfer-Encoding"] == "chunked"
    assert [row["content"] for row in _rows(answer.content.decode("utf-8-sig"))] == ["Line 0", "Line 1", "Line 2"]
