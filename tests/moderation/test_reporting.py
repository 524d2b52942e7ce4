from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from messenger.events import Event
from messenger.models import User
from moderation.events import ModerationNotice
from moderation.models import Evidence, Report
from tests.rest import Rest
from tests.talks import M, client_of, open_direct, say


def _report(client: Rest, path: str, **body: object) -> tuple[int, object]:
    status, answer = client.post(f"{M}/{path}/report", {"reason": "spam", **body})
    return status, answer.get("reportId") or answer.get("code")


def test_a_message_is_reported_once_per_person(as_alice: Rest, as_bob: Rest, talk: str) -> None:
    message = say(as_bob, talk, "Buy now")

    first = _report(as_alice, f"messages/{message['id']}", details="Again and again")
    second = _report(as_alice, f"messages/{message['id']}", reason="harassment")

    assert (first[0], second[0]) == (201, 200)
    assert first[1] == second[1]
    report = Report.objects.get()
    assert (report.reason, report.details, report.status) == ("spam", "Again and again", "open")


def test_two_people_make_two_reports(as_alice: Rest, as_bob: Rest, talk: str) -> None:
    message = say(as_bob, talk)

    answers = [_report(client, f"messages/{message['id']}") for client in (as_alice, as_bob)]

    assert [status for status, _ in answers] == [201, 201]
    assert answers[0][1] != answers[1][1]


def test_a_conversation_is_reported_once_per_person(as_alice: Rest, talk: str) -> None:
    answers = [_report(as_alice, f"conversations/{talk}") for _ in range(2)]

    assert [status for status, _ in answers] == [201, 200]
    assert answers[0][1] == answers[1][1]


def test_a_report_of_the_conversation_leaves_room_for_one_of_a_message(as_alice: Rest, as_bob: Rest, talk: str) -> None:
    message = say(as_bob, talk)

    answers = [_report(as_alice, f"conversations/{talk}"), _report(as_alice, f"messages/{message['id']}")]

    assert [status for status, _ in answers] == [201, 201]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "reason"),
        ({"reason": "boring"}, "reason"),
        ({"reason": 1}, "reason"),
        ({"reason": "spam", "details": "x" * 2001}, "details"),
        ({"reason": "spam", "details": "a\x07b"}, "details"),
    ],
)
def test_a_bad_report_is_refused_at_its_field(
    as_alice: Rest, as_bob: Rest, talk: str, body: dict[str, object], field: str
) -> None:
    message = say(as_bob, talk)

    status, answer = as_alice.post(f"{M}/messages/{message['id']}/report", body)

    assert (status, answer["code"], list(answer["details"])) == (400, "validation_error", [field])
    assert not Report.objects.exists()


def test_an_outsider_and_a_wrong_id_get_the_same_answer(
    as_bob: Rest, mallory: User, talk: str, published: list[Event]
) -> None:
    message = say(as_bob, talk)
    published.clear()
    outside = client_of(mallory)

    answers = []
    for path in (f"messages/{message['id']}", "messages/999999", f"conversations/{talk}", "conversations/999999"):
        outside.post(f"{M}/{path}/report", {"reason": "spam"})
        answers.append((outside.last.status_code, getattr(outside.last, "content", b"")))

    assert len(set(answers)) == 1
    assert answers[0][0] == 404
    assert not Report.objects.exists()
    assert published == []


def test_what_lies_before_ones_history_cannot_be_reported(as_alice: Rest, bob: User, carol: User) -> None:
    group = as_alice.post(f"{M}/conversations", {"type": "group", "participantIds": [bob.pk]})[1]["conversation"]["id"]
    early = say(as_alice, group, "Before carol came")
    as_alice.post(f"{M}/conversations/{group}/participants", {"userIds": [carol.pk]})

    assert _report(client_of(carol), f"messages/{early['id']}") == (404, "not_found")


def test_moderators_are_told(as_alice: Rest, as_bob: Rest, adam: User, talk: str, published: list[Event]) -> None:
    message = say(as_bob, talk)
    published.clear()

    _report(as_alice, f"messages/{message['id']}")

    _written, notice = published
    assert isinstance(notice, ModerationNotice)
    assert (notice.audience, notice.kind, notice.message_id) == ((adam.pk,), "report_made", int(message["id"]))


def test_nobody_floods_the_queue(as_alice: Rest, bob: User, talk: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moderation.services.reports.REPORTS_AN_HOUR", 2)
    messages = [say(as_alice, talk, f"Line {number}") for number in range(3)]
    client = client_of(bob)

    answers = [_report(client, f"messages/{message['id']}") for message in messages]

    assert [status for status, _ in answers] == [201, 201, 429]
    assert Report.objects.count() == 2


def test_reporting_needs_a_sign_in(rest: Rest, as_alice: Rest, bob: User) -> None:
    talk = open_direct(as_alice, bob)

    assert _report(rest, f"conversations/{talk}") == (401, "unauthenticated")


def test_reports_in_the_same_instant_are_one(transactional_db: None, as_bob: Rest, alice: User, talk: str) -> None:
    message = say(as_bob, talk)

    def report(_: int) -> tuple[int, object]:
        try:
            return _report(client_of(alice), f"messages/{message['id']}")
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(report, range(8)))

    assert sorted(status for status, _ in answers) == [200] * 7 + [201]
    assert len({identifier for _, identifier in answers}) == 1
    assert (Report.objects.count(), Evidence.objects.count()) == (1, 1)
