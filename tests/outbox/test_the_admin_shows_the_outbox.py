from django.test import Client

from messenger.models import Conversation, DataExport, Erasure, FlowAction, OutboxEntry, User
from messenger.services import outbox
from messenger.services.outbox import Failure
from tests.outbox.conftest import Courier

_LIST = "/admin/messenger/outboxentry/"


def test_dead_letters_are_seen_and_tried_again(courier: Courier, adam: User) -> None:
    courier.decide = lambda _: Failure("Nobody answers", is_final=True)
    outbox.add(topic="errand", payloads=[{"n": 1}])
    outbox.work_off(topic="errand")
    entry = OutboxEntry.objects.get()
    office = Client()
    office.force_login(adam)

    listed = office.get(f"{_LIST}?state__exact=dead").content.decode()
    office.post(_LIST, {"action": "try_chosen_again", "_selected_action": [entry.pk]})

    entry.refresh_from_db()
    assert "Nobody answers" in listed
    assert (entry.state, entry.attempts) == ("waiting", 0)


def test_entries_are_neither_made_nor_changed_there(courier: Courier, adam: User) -> None:
    outbox.add(topic="errand", payloads=[{"n": 1}])
    entry = OutboxEntry.objects.get()
    office = Client()
    office.force_login(adam)

    assert office.get(f"{_LIST}add/").status_code == 403
    assert office.get(f"{_LIST}{entry.pk}/change/").status_code == 200
    assert office.post(f"{_LIST}{entry.pk}/delete/", {"post": "yes"}).status_code == 403


def test_exports_erasures_and_actions_are_listed_there(adam: User) -> None:
    DataExport.objects.create(user=adam)
    Erasure.objects.create(user=adam, code_hash="x", messages="keep", stores={"account": 1})
    bid = Conversation.objects.create(type="bid")
    FlowAction.objects.create(conversation=bid, user=adam, action="accept", data={"secret": "sealed"}, version=1)
    office = Client()
    office.force_login(adam)

    pages = [office.get(f"/admin/messenger/{name}/") for name in ("dataexport", "erasure", "flowaction")]

    assert [page.status_code for page in pages] == [200, 200, 200]
    shown = office.get(f"/admin/messenger/flowaction/{FlowAction.objects.get().pk}/change/").content.decode()
    assert ("accept" in shown, "sealed" in shown) == (True, False)
