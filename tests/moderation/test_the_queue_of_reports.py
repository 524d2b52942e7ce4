import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django.fixtures import DjangoAssertNumQueries

from messenger.events import Event
from messenger.models import User
from messenger.services.attachments import upload
from moderation.events import ModerationNotice
from moderation.models import AuditEntry, Report
from tests.moderation.admin_routes import A
from tests.rest import Rest
from tests.talks import M, say

QUEUE = f"{A}/reports"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def _reported(reporter: Rest, sender: Rest, talk: str, content: str, **more: object) -> str:
    message = say(sender, talk, content, **more)
    return str(reporter.post(f"{M}/messages/{message['id']}/report", {"reason": "spam"})[1]["reportId"])


def test_the_oldest_comes_first_with_what_was_said(
    as_adam: Rest, as_alice: Rest, as_bob: Rest, alice: User, bob: User, talk: str
) -> None:
    ids = [_reported(as_alice, as_bob, talk, content) for content in ("One", "Two", "Three")]

    status, answer = as_adam.get(QUEUE)

    assert (status, answer["total"], answer["count"], answer["hasMore"]) == (200, 3, 3, False)
    assert [report["id"] for report in answer["reports"]] == ids
    second = answer["reports"][1]
    assert (second["message"]["content"], second["status"], second["reason"]) == ("Two", "open", "spam")
    assert [item["content"] for item in second["surroundings"]["before"]] == ["One"]
    assert (second["reporter"]["userId"], second["reportedUser"]["userId"]) == (str(alice.pk), str(bob.pk))
    assert second["evidence"]["isIntact"]


def test_it_comes_in_pages_and_by_status(as_adam: Rest, as_alice: Rest, as_bob: Rest, talk: str) -> None:
    ids = [_reported(as_alice, as_bob, talk, f"Line {number}") for number in range(5)]
    as_adam.patch(f"{QUEUE}/{ids[1]}", {"status": "dismissed"})

    first = as_adam.get(f"{QUEUE}?status=open&limit=3")[1]
    rest = as_adam.get(f"{QUEUE}?status=open&limit=3&cursor={first['nextCursor']}")[1]

    assert [report["id"] for report in first["reports"]] == [ids[0], ids[2], ids[3]]
    assert [report["id"] for report in rest["reports"]] == [ids[4]]
    assert (first["total"], first["hasMore"], rest["hasMore"], rest["nextCursor"]) == (4, True, False, None)
    foreign = as_adam.get(f"{QUEUE}?status=reviewing&cursor={first['nextCursor']}")
    assert (foreign[0], foreign[1]["code"]) == (400, "validation_error")


def test_it_costs_the_same_for_one_and_for_many(
    as_adam: Rest, as_alice: Rest, as_bob: Rest, talk: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(12):
        _reported(as_alice, as_bob, talk, f"Line {number}")

    with django_assert_max_num_queries(9):
        assert as_adam.get(QUEUE)[1]["count"] == 12


def test_a_report_moves_on_with_a_note_and_its_reporter_hears_of_the_end(
    as_adam: Rest, as_alice: Rest, as_bob: Rest, alice: User, adam: User, talk: str, published: list[Event]
) -> None:
    report = _reported(as_alice, as_bob, talk, "Buy now")
    published.clear()

    as_adam.patch(f"{QUEUE}/{report}", {"status": "reviewing", "note": "Looks bad"})
    status, answer = as_adam.patch(f"{QUEUE}/{report}", {"status": "actioned"})

    shown = answer["report"]
    assert (status, shown["status"], shown["note"]) == (200, "actioned", "Looks bad")
    assert shown["handledBy"]["userId"] == str(adam.pk)
    _written, notice = published
    assert isinstance(notice, ModerationNotice)
    assert (notice.audience, notice.kind) == ((alice.pk,), "report_settled")
    facts = AuditEntry.objects.filter(action="report_updated").order_by("pk").values_list("facts", flat=True)
    assert list(facts) == [{"from": "open", "to": "reviewing"}, {"from": "reviewing", "to": "actioned"}]


@pytest.mark.parametrize("body", [{}, {"status": "done"}, {"note": "x" * 2001}, {"status": None}])
def test_a_bad_change_is_refused(as_adam: Rest, as_alice: Rest, as_bob: Rest, talk: str, body: object) -> None:
    report = _reported(as_alice, as_bob, talk, "Buy now")

    status, answer = as_adam.patch(f"{QUEUE}/{report}", body)

    assert (status, answer["code"]) == (400, "validation_error")
    assert Report.objects.get().status == "open"


def test_looking_at_reports_is_on_record(as_adam: Rest, as_alice: Rest, as_bob: Rest, talk: str) -> None:
    report = _reported(as_alice, as_bob, talk, "Buy now")

    as_adam.get(QUEUE)
    as_adam.get(f"{QUEUE}/{report}")

    entries = AuditEntry.objects.order_by("pk").values_list("action", "target_id", "facts")
    assert list(entries) == [
        ("reports_viewed", None, {"reportIds": [report]}),
        ("reports_viewed", int(report), {}),
    ]


def test_a_kept_file_can_be_fetched_harmlessly(
    as_adam: Rest, as_alice: Rest, as_bob: Rest, bob: User, talk: str
) -> None:
    (file,) = upload(owner=bob, files=[SimpleUploadedFile("bill.pdf", PDF)])
    report = _reported(as_alice, as_bob, talk, "Pay this", attachmentIds=[str(file.pk)])
    (kept,) = as_adam.get(f"{QUEUE}/{report}")[1]["report"]["evidence"]["files"]

    page = as_adam.django.get(kept["url"])

    assert page.getvalue() == PDF
    assert page.headers["Content-Disposition"] == 'attachment; filename="bill.pdf"'
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Content-Security-Policy"].startswith("sandbox")
    assert kept["sha256"] == hashlib.sha256(PDF).hexdigest()
    assert AuditEntry.objects.latest("pk").action == "evidence_file_viewed"
