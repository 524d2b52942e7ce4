from django.test import Client

from messenger.models import User
from messenger.services.moderating import lift_suspension
from moderation.models import Report
from moderation.services.deeds import suspend
from tests.rest import Rest
from tests.talks import M, say


def test_nobody_decides_over_the_head_of_another(
    as_alice: Rest, as_bob: Rest, as_adam: Rest, adam: User, talk: str
) -> None:
    message = say(as_bob, talk, "Hand over your money")
    as_alice.post(f"{M}/messages/{message['id']}/report", {"reason": "spam"})
    report = Report.objects.get()
    desk, path = Client(), f"/admin/moderation/report/{report.pk}/change/"
    desk.force_login(adam)
    opened = desk.get(path).context["adminform"].form.initial
    as_adam.patch(f"{M}/admin/reports/{report.pk}", {"status": "actioned", "note": "Suspended"})

    refused = desk.post(path, {"status": "open", "note": "Looking", "seen": opened["seen"]})

    report.refresh_from_db()
    assert (refused.status_code, report.status, report.note) == (200, "actioned", "Suspended")
    assert "Adam Abel has changed this report meanwhile (now: actioned)" in refused.content.decode()
    again = {"status": "dismissed", "note": "", "seen": desk.get(path).context["adminform"].form.initial["seen"]}
    assert desk.post(path, again).status_code == 302


def test_of_two_who_lift_a_suspension_in_the_same_moment_one_does(adam: User, bob: User) -> None:
    suspend(moderator=adam, user_id=bob.pk, until=None, reason="Threats")
    as_both_read_him = [User.objects.get(pk=bob.pk) for _ in range(2)]

    assert [lift_suspension(user=person) for person in as_both_read_him] == [True, False]
