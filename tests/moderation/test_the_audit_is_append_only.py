import pytest
from django.db import DatabaseError, connection, transaction

from messenger.models import User
from moderation.models import AuditEntry
from tests.moderation.admin_routes import A
from tests.rest import Rest


def _warned(as_adam: Rest, user: User, *reasons: str) -> None:
    for reason in reasons:
        as_adam.post(f"{A}/users/{user.pk}/warn", {"reason": reason})


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE moderation_auditentry SET reason = 'Nothing'",
        "DELETE FROM moderation_auditentry",
    ],
)
def test_the_database_refuses_to_change_or_delete_it(as_adam: Rest, bob: User, statement: str) -> None:
    _warned(as_adam, bob, "Be kind")

    with (
        pytest.raises(DatabaseError, match="the audit log is append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)

    assert AuditEntry.objects.get().reason == "Be kind"


def test_emptying_it_is_refused_too(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgrelid = 'moderation_auditentry'::regclass ORDER BY 1")
        triggers = [name for (name,) in cursor.fetchall() if name.startswith("audit")]

    assert triggers == ["audit_append_only", "audit_no_truncate"]


def test_it_says_who_did_what_to_whom_when_and_why(as_adam: Rest, adam: User, bob: User) -> None:
    _warned(as_adam, bob, "Be kind")

    (entry,) = as_adam.get(f"{A}/audit")[1]["entries"]

    stored = AuditEntry.objects.get()
    assert entry == {
        "_id": str(stored.pk),
        "id": str(stored.pk),
        "actorId": str(adam.pk),
        "actorName": "Adam Abel",
        "action": "person_warned",
        "targetType": "user",
        "targetId": str(bob.pk),
        "conversationId": None,
        "reason": "Be kind",
        "facts": {},
        "createdAt": entry["createdAt"],
    }


def test_the_newest_comes_first_in_pages(as_adam: Rest, bob: User) -> None:
    _warned(as_adam, bob, *[f"Warning {number}" for number in range(5)])

    first = as_adam.get(f"{A}/audit?limit=3")[1]
    second = as_adam.get(f"{A}/audit?limit=3&cursor={first['nextCursor']}")[1]

    assert [entry["reason"] for entry in first["entries"]] == ["Warning 4", "Warning 3", "Warning 2"]
    assert [entry["reason"] for entry in second["entries"]] == ["Warning 1", "Warning 0"]
    assert (first["hasMore"], second["hasMore"]) == (True, False)


def test_it_can_be_narrowed(as_adam: Rest, adam: User, alice: User, bob: User) -> None:
    _warned(as_adam, bob, "Bob")
    _warned(as_adam, alice, "Alice")
    since = AuditEntry.objects.latest("pk").created_at.isoformat().replace("+00:00", "Z")

    def reasons(query: str) -> list[str]:
        return [entry["reason"] for entry in as_adam.get(f"{A}/audit?{query}")[1]["entries"]]

    assert reasons(f"targetType=user&targetId={bob.pk}") == ["Bob"]
    assert reasons(f"actorId={adam.pk}&action=person_warned") == ["Alice", "Bob"]
    assert reasons(f"actorId={bob.pk}") == []
    assert reasons(f"since={since}") == ["Alice"]
    assert reasons(f"before={since}") == ["Bob"]


@pytest.mark.parametrize("query", ["actorId=x", "since=yesterday", "limit=0", "cursor=forged", "targetId=-1"])
def test_a_bad_question_is_refused(as_adam: Rest, query: str) -> None:
    status, answer = as_adam.get(f"{A}/audit?{query}")

    assert (status, answer["code"]) == (400, "validation_error")
