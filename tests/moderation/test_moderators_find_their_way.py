import re
from html import unescape

from django.test import Client

from messenger.models import Participant, User
from moderation.models import AuditEntry, Report
from tests.conftest import PASSWORD
from tests.rest import Rest
from tests.talks import M, open_group, say

REPORTS = "/admin/moderation/report/"
CONVERSATIONS = "/admin/messenger/conversation/"
AUDIT = "/admin/moderation/auditentry/"
PEOPLE = "/admin/messenger/user/"


def _text(desk: Client, path: str) -> str:
    page = desk.get(path)
    assert page.status_code == 200, page
    return unescape(page.content.decode())


def test_conversations_show_who_takes_part_and_are_found_by_them(
    desk: Client, as_alice: Rest, bob: User, carol: User, talk: str
) -> None:
    group = open_group(as_alice, carol)
    Participant.objects.filter(conversation_id=group, user=carol).update(left_at="2026-01-01T00:00:00Z")

    found = {
        term: re.findall(r"conversation/(\d+)/change", _text(desk, f"{CONVERSATIONS}?q={term}"))
        for term in (bob.display_name, bob.email.upper(), carol.email, "Nobody Known")
    }

    assert f"{as_alice.get('/api/v4/auth/me')[1]['user']['displayName']}, {bob.display_name}" in _text(
        desk, CONVERSATIONS
    )
    assert list(found.values()) == [[talk], [talk], [], []]


def test_what_a_message_said_before_its_edits_is_a_press_away_and_recorded(
    desk: Client, as_bob: Rest, talk: str
) -> None:
    message = say(as_bob, talk, "Pay me <b>elsewhere</b>")
    as_bob.patch(f"{M}/messages/{message['id']}", {"content": "Pay as usual"})
    path = f"{CONVERSATIONS}{talk}/look/"
    desk.post(path, {"reason": "A complaint"})
    page = _text(desk, path)
    href = re.search(rf'href="([^"]*earlier={message["id"]}[^"]*)"', page)[1]  # type: ignore[index]  # it is there

    opened = desk.get(path + href).content.decode()

    assert "elsewhere" not in page
    assert "<del>Pay me &lt;b&gt;elsewhere&lt;/b&gt;</del>" in opened
    assert AuditEntry.objects.filter(action="history_viewed", conversation_id=talk).count() == 1
    assert desk.get(f"{path}?earlier=99999999").status_code == 404


def test_a_look_from_a_report_shows_which_message_it_was(desk: Client, as_bob: Rest, report: Report, talk: str) -> None:
    say(as_bob, talk, "Or else")
    path = f"{CONVERSATIONS}{talk}/look/"
    desk.post(path, {"reason": "A complaint"})

    page = _text(desk, f"{path}?around={report.message_id}")

    assert f"{path}?around={report.message_id}#m{report.message_id}" in _text(desk, f"{REPORTS}{report.pk}/change/")
    assert re.findall(r"<mark>(.*?)</mark>", page) == ["Hand over your <b>money</b>"]
    assert page.count(">Reported</a>") == 1
    removal = re.search(r'href="([^"]*deed/remove[^"]*)"', page)[1]  # type: ignore[index]  # it is there
    back = f"{path}?around={report.message_id}#m{report.message_id}"
    assert desk.post(removal, {"reason": "Threats"}).headers["Location"] == back


def test_a_report_says_how_it_stands_and_offers_what_is_left_to_do(
    desk: Client, as_adam: Rest, report: Report, bob: User, talk: str
) -> None:
    path = f"{REPORTS}{report.pk}/change/"
    before = _text(desk, path)
    as_adam.delete(f"{M}/admin/messages/{report.message_id}", {"reason": "Threats"})
    as_adam.patch(f"{M}/admin/conversations/{talk}", {"status": "closed", "reason": "Threats"})
    as_adam.post(f"{M}/admin/users/{bob.pk}/suspend", {"reason": "Threats"})

    after = _text(desk, path)

    assert ("the message is there" in before, "the conversation is active" in before) == (True, True)
    assert ("the message was removed by a moderator" in after, "the conversation is closed" in after) == (True, True)
    assert f"{bob.display_name} is suspended" in after
    deeds = [re.findall(r"/admin/messenger/\w+/deed/(\w+)/", page) for page in (before, after)]
    assert deeds == [["close", "remove", "warn", "suspend"], ["reopen", "warn", "lift"]]


def test_deeds_are_found_among_the_looks(desk: Client, as_adam: Rest, report: Report, talk: str) -> None:
    as_adam.get(f"{M}/admin/conversations/{talk}?reason=Check")
    as_adam.patch(f"{M}/admin/conversations/{talk}", {"status": "closed", "reason": "Threats"})

    page = _text(desk, f"{REPORTS}{report.pk}/change/")
    record = re.findall(r'href="(/admin/moderation/auditentry/[^"]*conversation_id=[^"]*)"', page)[0]

    shown = {kind: _text(desk, f"{AUDIT}?kind={kind}") for kind in ("deeds", "looks")}
    assert ["conversation closed" in text for text in (_text(desk, record), *shown.values())] == [True, True, False]
    assert ["conversation viewed" in text for text in (_text(desk, record), *shown.values())] == [False, False, True]


def test_a_moderator_who_is_no_superuser_sees_people_and_changes_none(report: Report, bob: User, talk: str) -> None:
    martha = User.objects.create_user("martha@example.com", display_name="Martha", role="admin", is_staff=True)
    desk = Client()
    desk.force_login(martha)

    person = _text(desk, f"{PEOPLE}{bob.pk}/change/")

    assert (f"{PEOPLE}deed/warn/?ids={bob.pk}" in person, bob.password in person) == (True, False)
    assert bob.display_name in _text(desk, f"{CONVERSATIONS}{talk}/change/")
    assert "bob@example.com" in _text(desk, PEOPLE)
    assert desk.post(f"{PEOPLE}{bob.pk}/change/", {"role": "admin"}).status_code == 403
    assert desk.get(f"{PEOPLE}{bob.pk}/password/").status_code == 403


def test_accounts_are_closed_and_opened_for_a_reason(desk: Client, adam: User, bob: User) -> None:
    desk.post(f"{PEOPLE}deed/deactivate/?ids={bob.pk},{adam.pk}", {"reason": "Left"})
    desk.post(f"{PEOPLE}deed/reactivate/?ids={bob.pk}", {"reason": "Back"})

    adam.refresh_from_db()
    log = list(AuditEntry.objects.order_by("pk").values_list("action", "reason", "target_id"))
    assert adam.is_active
    assert log == [("account_deactivated", "Left", bob.pk), ("account_reactivated", "Back", bob.pk)]


def test_who_asked_to_be_erased_is_not_let_in_again(desk: Client, as_bob: Rest, bob: User) -> None:
    as_bob.post("/api/v4/me/erase", {"password": PASSWORD, "confirm": "erase"})

    desk.post(f"{PEOPLE}deed/reactivate/?ids={bob.pk}", {"reason": "Come back"})

    bob.refresh_from_db()
    assert (bob.is_active, AuditEntry.objects.count()) == (False, 0)
