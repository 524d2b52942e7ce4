from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from messenger.events import ConversationChanged, Event, MessageDeleted, SessionEnded
from messenger.models import Message, User
from messenger.services.api_clients import create_client
from moderation.events import ModerationNotice
from moderation.models import AuditEntry
from notifications.events import NotificationWritten
from tests.conftest import PASSWORD
from tests.moderation.admin_routes import A
from tests.rest import Rest
from tests.talks import CONVERSATIONS, M, open_direct, open_group, say, seen


def _audit() -> list[tuple[str, str, str]]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", "target_type", "reason"))


def test_a_message_is_removed_for_good(
    as_adam: Rest, as_alice: Rest, as_bob: Rest, bob: User, talk: str, published: list[Event]
) -> None:
    message = say(as_bob, talk, "Hateful")
    published.clear()

    status, answer = as_adam.delete(f"{A}/messages/{message['id']}", {"reason": "Hate"})

    assert (status, answer["message"]["isDeleted"], answer["message"]["content"]) == (200, True, "")
    deleted, _written, notice = published
    assert isinstance(deleted, MessageDeleted)
    assert isinstance(notice, ModerationNotice)
    assert (notice.audience, notice.kind, notice.text) == ((bob.pk,), "message_removed", "Hate")
    assert _audit() == [("message_removed", "message", "Hate")]
    assert as_bob.post(f"{CONVERSATIONS}/{talk}/messages/{message['id']}/restore")[0] == 403
    assert seen(as_alice, talk)["unreadCount"] == 0


def test_what_its_sender_just_deleted_comes_back_no_more(as_adam: Rest, as_bob: Rest, talk: str) -> None:
    message = say(as_bob, talk, "Hateful")
    as_bob.delete(f"{M}/messages/{message['id']}")

    as_adam.delete(f"{A}/messages/{message['id']}", {"reason": "Hate"})

    assert as_bob.post(f"{CONVERSATIONS}/{talk}/messages/{message['id']}/restore")[0] == 403
    assert Message.objects.get(pk=message["id"]).removed_by_moderator


def test_removing_again_changes_records_and_tells_nothing(
    as_adam: Rest, as_bob: Rest, talk: str, published: list[Event]
) -> None:
    message = say(as_bob, talk)
    as_adam.delete(f"{A}/messages/{message['id']}", {"reason": "Hate"})
    version = seen(as_bob, talk)["version"]
    published.clear()

    status, _ = as_adam.delete(f"{A}/messages/{message['id']}?reason=Again")

    assert (status, seen(as_bob, talk)["version"], published, len(_audit())) == (200, version, [], 1)


def test_a_conversation_is_closed_and_opened_again(
    as_adam: Rest, as_alice: Rest, as_bob: Rest, alice: User, bob: User, talk: str, published: list[Event]
) -> None:
    published.clear()

    closed = as_adam.patch(f"{A}/conversations/{talk}", {"status": "closed", "reason": "Fraud"})
    refused = as_bob.post(f"{CONVERSATIONS}/{talk}/messages", {"content": "Hello"})
    changed, *_written, notice = published
    opened = as_adam.patch(f"{A}/conversations/{talk}", {"status": "active", "reason": "Cleared"})

    assert (closed[1]["conversation"]["status"], opened[1]["conversation"]["status"]) == ("closed", "active")
    assert (refused[0], refused[1]["code"]) == (403, "conversation_closed")
    assert isinstance(changed, ConversationChanged)
    assert isinstance(notice, ModerationNotice)
    assert (changed.updates, set(notice.audience)) == ({"status": "closed"}, {alice.pk, bob.pk})
    assert say(as_alice, talk)["content"] == "Hello"
    assert _audit() == [
        ("conversation_closed", "conversation", "Fraud"),
        ("conversation_reopened", "conversation", "Cleared"),
    ]


def test_closing_what_is_closed_tells_nobody(as_adam: Rest, talk: str, published: list[Event]) -> None:
    as_adam.patch(f"{A}/conversations/{talk}", {"status": "closed", "reason": "Fraud"})
    published.clear()

    assert as_adam.patch(f"{A}/conversations/{talk}", {"status": "closed", "reason": "Fraud"})[0] == 200

    assert (published, len(_audit())) == ([], 1)


def test_a_warning_is_told_and_recorded(as_adam: Rest, bob: User, published: list[Event]) -> None:
    status, answer = as_adam.post(f"{A}/users/{bob.pk}/warn", {"reason": "Be kind"})

    assert (status, answer["user"]["isSuspended"]) == (200, False)
    written, notice = published
    assert isinstance(written, NotificationWritten)
    assert isinstance(notice, ModerationNotice)
    assert (notice.audience, notice.kind, notice.text) == ((bob.pk,), "warned", "Be kind")
    assert written.notification.user_id == bob.pk
    assert _audit() == [("person_warned", "user", "Be kind")]


def test_who_is_suspended_is_signed_out_and_cannot_sign_in(
    as_adam: Rest, as_bob: Rest, bob: User, published: list[Event]
) -> None:
    published.clear()
    until = timezone.now() + timedelta(days=3)

    status, answer = as_adam.post(
        f"{A}/users/{bob.pk}/suspend", {"reason": "Threats", "until": until.isoformat(timespec="milliseconds")}
    )

    assert (status, answer["user"]["isSuspended"]) == (200, True)
    assert published[0] == SessionEnded(audience=(bob.pk,), sign_in_ids=None, reason="suspended")
    assert as_bob.get(f"{M}/conversations")[0] == 401
    refused = Rest().sign_in(bob.email, PASSWORD)
    assert (refused[0], refused[1]["code"], refused[1]["details"]["reason"]) == (403, "suspended", "Threats")
    assert refused[1]["details"]["until"] == answer["user"]["suspendedUntil"]
    assert Rest().sign_in(bob.email, "wrong")[1]["code"] == "invalid_credentials"


def test_a_suspension_without_end_lasts_until_it_is_lifted(as_adam: Rest, bob: User) -> None:
    suspended = as_adam.post(f"{A}/users/{bob.pk}/suspend", {"reason": "Threats"})[1]["user"]
    refused = Rest().sign_in(bob.email, PASSWORD)[1]

    lifted = as_adam.post(f"{A}/users/{bob.pk}/unsuspend")[1]["user"]

    assert (suspended["isSuspended"], suspended["suspendedUntil"]) == (True, None)
    assert (refused["code"], refused["details"]["until"]) == ("suspended", None)
    assert (lifted["isSuspended"], Rest().sign_in(bob.email, PASSWORD)[0]) == (False, 200)
    assert _audit() == [("person_suspended", "user", "Threats"), ("suspension_lifted", "user", "")]


def test_a_suspension_runs_out_by_itself(as_adam: Rest, bob: User) -> None:
    as_adam.post(f"{A}/users/{bob.pk}/suspend", {"reason": "Threats"})
    User.objects.filter(pk=bob.pk).update(suspended_until=timezone.now() - timedelta(hours=1))

    assert Rest().sign_in(bob.email, PASSWORD)[0] == 200


def test_lifting_what_is_not_there_records_nothing(as_adam: Rest, bob: User, published: list[Event]) -> None:
    assert as_adam.post(f"{A}/users/{bob.pk}/unsuspend")[0] == 200

    assert (published, _audit()) == ([], [])


def test_nobody_suspends_themselves_or_another_administrator(as_adam: Rest, adam: User) -> None:
    anna = User.objects.create_superuser("anna@example.com", display_name="Anna Admin")

    own = as_adam.post(f"{A}/users/{adam.pk}/suspend", {"reason": "x"})
    other = as_adam.post(f"{A}/users/{anna.pk}/suspend", {"reason": "x"})

    assert (own[0], own[1]["code"], other[0], other[1]["code"]) == (400, "validation_error", 403, "not_allowed")
    assert _audit() == []


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "conversations/{talk}", {"status": "closed"}),
        ("DELETE", "messages/{message}", None),
        ("POST", "users/{person}/warn", {}),
        ("POST", "users/{person}/suspend", {"reason": "   "}),
    ],
)
def test_no_deed_without_a_reason(
    as_adam: Rest, as_bob: Rest, bob: User, talk: str, published: list[Event], method: str, path: str, body: object
) -> None:
    message = say(as_bob, talk)
    published.clear()

    status, answer = as_adam.call(method, f"{A}/{path.format(talk=talk, message=message['id'], person=bob.pk)}", body)

    assert (status, answer["code"]) == (400, "reason_required")
    assert (published, _audit()) == ([], [])


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "conversations/{id}", {"status": "closed", "reason": "x"}),
        ("DELETE", "messages/{id}", {"reason": "x"}),
        ("POST", "users/{id}/warn", {"reason": "x"}),
        ("POST", "users/{id}/suspend", {"reason": "x"}),
        ("POST", "users/{id}/unsuspend", {}),
        ("GET", "reports/{id}", None),
        ("PATCH", "reports/{id}", {"status": "open"}),
        ("GET", "reports/{id}/files/1", None),
    ],
)
def test_what_is_not_there_is_not_found(as_adam: Rest, method: str, path: str, body: object) -> None:
    for name in ("999999", "no-id", "99999999999999999999"):
        assert as_adam.call(method, f"{A}/{path.format(id=name)}", body)[0] == 404

    assert _audit() == []


@pytest.mark.parametrize("until", ["soon", "2020-01-01T00:00:00Z", 17, "2030-01-01"])
def test_until_is_a_time_to_come(as_adam: Rest, bob: User, until: object) -> None:
    status, answer = as_adam.post(f"{A}/users/{bob.pk}/suspend", {"reason": "x", "until": until})

    assert (status, list(answer["details"])) == (400, ["until"])
    assert User.objects.get(pk=bob.pk).suspended_until is None


def test_the_furthest_time_can_be_stored(as_adam: Rest, bob: User) -> None:
    until = datetime(9998, 12, 31, 23, 59, 59, tzinfo=UTC)

    status, answer = as_adam.post(f"{A}/users/{bob.pk}/suspend", {"reason": "x", "until": until.isoformat()})

    assert (status, answer["user"]["suspendedUntil"]) == (200, "9998-12-31T23:59:59.000Z")


def test_a_moderator_who_takes_part_may_act_at_the_common_door_too(
    as_adam: Rest, as_alice: Rest, as_bob: Rest, adam: User, bob: User
) -> None:
    group = open_group(as_alice, bob, adam)
    message = say(as_bob, group, "Hateful")

    removed = as_adam.delete(f"{M}/messages/{message['id']}")
    closed = as_adam.patch(f"{CONVERSATIONS}/{group}", {"status": "closed"})
    renamed = as_adam.patch(f"{CONVERSATIONS}/{group}", {"title": "Mine"})

    assert (removed[0], closed[0], renamed[0]) == (200, 200, 403)
    assert as_bob.post(f"{CONVERSATIONS}/{group}/messages/{message['id']}/restore")[0] == 403
    entries = AuditEntry.objects.order_by("pk").values_list("action", "target_id", "facts")
    assert list(entries) == [
        ("message_removed", int(message["id"]), {"asParticipant": True}),
        ("conversation_closed", int(group), {"asParticipant": True}),
    ]


def test_an_owner_needs_no_record(as_adam: Rest, adam: User, bob: User) -> None:
    group = open_group(as_adam, bob)

    as_adam.patch(f"{CONVERSATIONS}/{group}", {"status": "closed"})
    as_adam.delete(f"{M}/messages/{say(as_adam, open_direct(as_adam, bob))['id']}")

    assert _audit() == []


def test_programs_of_a_suspended_person_are_refused_too(as_adam: Rest, bob: User) -> None:
    program = Rest(csrf=False, token=create_client(name="shop", owner=bob, scopes=[])[1])
    before = program.get(CONVERSATIONS)[0]

    as_adam.post(f"{A}/users/{bob.pk}/suspend", {"reason": "Threats"})
    during = program.get(CONVERSATIONS)
    as_adam.post(f"{A}/users/{bob.pk}/unsuspend")

    assert (before, during[0], during[1]["code"], program.get(CONVERSATIONS)[0]) == (200, 401, "unauthenticated", 200)
