import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from messenger.models import Conversation, Message, User
from moderation.models import AuditEntry, Report
from tests.rest import Rest
from tests.talks import M, client_of, open_direct, say

REPORTS = "/admin/moderation/report/"
PEOPLE = "/admin/messenger/user/"
MESSAGES = "/admin/messenger/message/"
CONVERSATIONS = "/admin/messenger/conversation/"
AUDIT = "/admin/moderation/auditentry/"


def _text(desk: Client, path: str) -> str:
    page = desk.get(path)
    assert page.status_code == 200, page
    return page.content.decode()


def _audit() -> list[tuple[str, str]]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", "reason"))


def test_the_queue_shows_what_waits(desk: Client, report: Report) -> None:
    assert "harassment" in _text(desk, REPORTS)

    Report.objects.update(status="dismissed")

    assert "0 reports" in _text(desk, REPORTS)
    for choice in ("settled", "all"):
        assert "1 report" in _text(desk, f"{REPORTS}?queue={choice}")


def test_a_report_shows_the_evidence_as_text_and_the_look_is_recorded(desk: Client, report: Report) -> None:
    page = _text(desk, f"{REPORTS}{report.pk}/change/")

    assert "Hand over your &lt;b&gt;money&lt;/b&gt;" in page
    assert "He means it" in page
    assert report.evidence.sha256 in page
    assert _audit() == [("reports_viewed", "")]


def test_a_decision_is_recorded_with_its_note(desk: Client, report: Report, adam: User) -> None:
    answer = desk.post(f"{REPORTS}{report.pk}/change/", {"status": "actioned", "note": "Suspended him"})

    report.refresh_from_db()
    assert (answer.status_code, report.status, report.note, report.handled_by) == (
        302,
        "actioned",
        "Suspended him",
        adam,
    )
    assert _audit() == [("report_updated", "Suspended him")]


def test_reading_a_conversation_asks_why_and_shows_nothing_before(desk: Client, report: Report, talk: str) -> None:
    path = f"{CONVERSATIONS}{talk}/look/"

    asked = _text(desk, path)
    without = desk.post(path, {"reason": " "})
    given = desk.post(path, {"reason": "A complaint"}, follow=True)

    assert "money" not in asked + without.content.decode()
    assert "Hand over your &lt;b&gt;money&lt;/b&gt;" in given.content.decode()
    assert given.headers["Cache-Control"].startswith("no-store")
    assert _audit() == [("conversation_viewed", "A complaint"), ("messages_viewed", "A complaint")]
    assert "money" in _text(desk, path)


def test_around_a_message_and_page_by_page(desk: Client, as_bob: Rest, bob: User, talk: str) -> None:
    sender = Message.objects.bulk_create(
        Message(conversation_id=int(talk), seq=n, version=n, countable_seq=n, sender=bob, content=f"Line {n:03}")
        for n in range(1, 121)
    )
    Conversation.objects.filter(pk=talk).update(last_seq=120, countable_seq=120)
    path = f"{CONVERSATIONS}{talk}/look/"
    desk.post(path, {"reason": "A complaint"})

    newest = _text(desk, path)
    older = _text(desk, re.search(r'href="([^"]*cursor=[^"]*)">Older', newest)[1])  # type: ignore[index]  # it is there
    around = _text(desk, f"{path}?around={sender[9].pk}")

    assert ("Line 120" in newest, "Line 070" in newest, "Line 070" in older) == (True, False, True)
    assert ("Line 010" in around, "Line 060" in around) == (True, False)
    assert desk.get(f"{path}?cursor=forged").status_code == 404
    assert desk.get(f"{path}?around=99999999").status_code == 404


def test_no_list_and_no_page_of_messages_shows_what_was_said(desk: Client, report: Report, talk: str) -> None:
    pages = [
        MESSAGES,
        f"{MESSAGES}{report.message_id}/change/",
        CONVERSATIONS,
        f"{CONVERSATIONS}{talk}/change/",
        AUDIT,
        REPORTS,
    ]

    assert [path for path in pages if "money" in _text(desk, path)] == []


def test_messages_are_found_by_ids_and_by_a_senders_address(
    desk: Client, report: Report, as_alice: Rest, talk: str, bob: User
) -> None:
    say(as_alice, talk, "Never")

    counts = {
        term: re.search(r"(\d+) message", _text(desk, f"{MESSAGES}?q={term}"))[1]  # type: ignore[index]  # it is there
        for term in (str(report.message_id), talk, "bob@example.com", "BOB@example.com", "nobody@example.com", "money")
    }

    assert list(counts.values())[2:] == ["1", "1", "0", "0"]
    assert counts[talk] in ("2", "3")


def test_who_comes_from_a_report_goes_back_to_it(desk: Client, report: Report) -> None:
    page = _text(desk, f"{REPORTS}{report.pk}/change/")
    links = re.findall(r'href="(/admin/[^"]*/deed/[^"]*)"', page)

    done = [desk.post(unescape(link), {"reason": "Threats"}).headers["Location"] for link in links]
    elsewhere = desk.post(
        f"{PEOPLE}deed/warn/?ids={report.reported_user_id}&next=//evil.example/", {"reason": "Threats"}
    )

    assert done == [f"{REPORTS}{report.pk}/change/"] * 4
    assert elsewhere.headers["Location"] == PEOPLE


@pytest.mark.parametrize(
    ("path", "form", "action"),
    [
        (f"{PEOPLE}deed/warn/?ids={{person}}", {}, "person_warned"),
        (f"{PEOPLE}deed/suspend/?ids={{person}}", {"until": "2990-01-01T12:00"}, "person_suspended"),
        (f"{MESSAGES}deed/remove/?ids={{message}}", {}, "message_removed"),
        (f"{CONVERSATIONS}deed/close/?ids={{talk}}", {}, "conversation_closed"),
    ],
)
def test_each_deed_asks_why_and_is_recorded(
    desk: Client, report: Report, bob: User, talk: str, path: str, form: dict[str, str], action: str
) -> None:
    address = path.format(person=bob.pk, message=report.message_id, talk=talk)

    asked = _text(desk, address)
    refused = desk.post(address, {**form, "reason": ""})
    done = desk.post(address, {**form, "reason": "Threats"})

    assert "reason" in asked
    assert (refused.status_code, done.status_code) == (200, 302)
    assert _audit() == [(action, "Threats")]


def test_a_suspension_signs_out_and_is_lifted_again(desk: Client, as_bob: Rest, bob: User) -> None:
    desk.post(f"{PEOPLE}deed/suspend/?ids={bob.pk}", {"reason": "Threats"})
    signed_out = as_bob.get("/api/v4/auth/me")[1]["user"]
    page = _text(desk, f"{PEOPLE}?suspended=yes")

    desk.post(f"{PEOPLE}deed/lift/?ids={bob.pk}", {"reason": "Sorry"})

    bob.refresh_from_db()
    assert (signed_out, "bob@example.com" in page, bob.suspended_until) == (None, True, None)
    assert _audit() == [("person_suspended", "Threats"), ("suspension_lifted", "Sorry")]


def test_what_a_deed_may_not_do_is_said_and_the_rest_is_done(desk: Client, adam: User, bob: User) -> None:
    page = desk.post(f"{PEOPLE}deed/suspend/?ids={adam.pk},{bob.pk}", {"reason": "Threats"}, follow=True)

    text = page.content.decode()
    assert ("You cannot suspend yourself." in text, "Suspend: done for 1." in text) == (True, True)
    assert _audit() == [("person_suspended", "Threats")]


def test_chosen_in_a_list_a_deed_leads_to_its_page(desk: Client, alice: User, bob: User) -> None:
    answer = desk.post(PEOPLE, {"action": "warn", "_selected_action": [alice.pk, bob.pk]})

    assert answer.headers["Location"] == f"{PEOPLE}deed/warn/?ids={alice.pk},{bob.pk}"


@pytest.mark.parametrize("path", ["deed/warn/", "deed/warn/?ids=999999", "deed/dance/?ids=1", "deed/warn/?ids=x,,-1"])
def test_nothing_chosen_is_not_found(desk: Client, path: str) -> None:
    assert desk.get(f"{PEOPLE}{path}").status_code == 404


def test_links_lead_from_one_to_the_other(desk: Client, report: Report, talk: str, bob: User) -> None:
    page = _text(desk, f"{REPORTS}{report.pk}/change/")
    addresses = {
        address.replace("&amp;", "&")
        for path in (
            f"{REPORTS}{report.pk}/change/",
            f"{MESSAGES}{report.message_id}/change/",
            f"{CONVERSATIONS}{talk}/change/",
            f"{PEOPLE}{bob.pk}/change/",
            AUDIT,
        )
        for address in re.findall(r'href="(/admin/[^"#]*)"', _text(desk, path))
    }

    assert f"{CONVERSATIONS}{talk}/look/?around={report.message_id}" in page
    assert len(addresses) > 20
    assert [address for address in sorted(addresses) if desk.get(address).status_code != 200] == []


@pytest.mark.parametrize("path", [REPORTS, f"{REPORTS}?queue=all", AUDIT, MESSAGES, CONVERSATIONS, PEOPLE])
def test_lists_cost_the_same_for_one_and_for_many(
    desk: Client, as_adam: Rest, adam: User, report: Report, path: str
) -> None:
    _text(desk, path)
    with CaptureQueriesContext(connection) as few:
        _text(desk, path)
    _fill(as_adam, adam)

    with CaptureQueriesContext(connection) as many:
        _text(desk, path)

    assert len(many) <= len(few)


def _fill(as_adam: Rest, adam: User) -> None:
    """Twenty people more, each with a conversation, a message, a report and a warning."""
    people = User.objects.bulk_create(
        User(email=f"guest{number}@example.com", display_name=f"Guest {number}") for number in range(20)
    )
    for person in people:
        client = client_of(person)
        message = say(client, open_direct(client, adam))
        as_adam.post(f"{M}/messages/{message['id']}/report", {"reason": "spam"})
        as_adam.post(f"{M}/admin/users/{person.pk}/warn", {"reason": "x"})


@pytest.mark.parametrize(
    "path",
    [
        REPORTS,
        f"{REPORTS}{{report}}/change/",
        AUDIT,
        MESSAGES,
        f"{CONVERSATIONS}{{talk}}/look/",
        f"{PEOPLE}deed/suspend/?ids={{person}}",
    ],
)
def test_pages_hold_nothing_that_the_policy_forbids(
    desk: Client, report: Report, talk: str, bob: User, path: str
) -> None:
    page = desk.get(path.format(report=report.pk, talk=talk, person=bob.pk))

    text = page.content.decode()
    assert "script-src 'self'; style-src 'self'" in page.headers["Content-Security-Policy"]
    assert (
        re.findall(r"<style|\sstyle=|\son\w+=|<script(?![^>]*(?:src=|type=\"application/json\"))|javascript:", text)
        == []
    )


@pytest.mark.parametrize("path", [REPORTS, AUDIT, MESSAGES, CONVERSATIONS, f"{PEOPLE}deed/warn/?ids=1"])
def test_staff_who_are_no_administrators_see_none_of_it(db: None, path: str) -> None:
    clerk = User.objects.create_user("clerk@example.com", display_name="Clara Clerk", is_staff=True)
    client = Client()
    client.force_login(clerk)

    assert client.get(path).status_code == 403


def test_nothing_of_it_is_added_changed_or_deleted_past_the_services(
    desk: Client, as_adam: Rest, report: Report, talk: str, bob: User
) -> None:
    as_adam.post(f"{M}/admin/users/{bob.pk}/warn", {"reason": "x"})
    entry = AuditEntry.objects.get()
    for page, identifier in (
        (REPORTS, report.pk),
        (AUDIT, entry.pk),
        (MESSAGES, report.message_id),
        (CONVERSATIONS, talk),
    ):
        assert desk.get(f"{page}add/").status_code == 403
        assert desk.post(f"{page}{identifier}/delete/", {"post": "yes"}).status_code == 403
    for page, identifier in ((AUDIT, entry.pk), (MESSAGES, report.message_id), (CONVERSATIONS, talk)):
        assert desk.post(f"{page}{identifier}/change/", {"reason": "y", "content": "y"}).status_code == 403
