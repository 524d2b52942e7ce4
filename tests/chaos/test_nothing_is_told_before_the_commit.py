import pytest
from django.db import IntegrityError, OperationalError, connection, transaction

from messenger.models import Participant, User
from messenger.services.send_rows import one_transaction
from tests.live import direct


def test_what_fails_at_the_commit_is_told_to_nobody(transactional_db: None, alice: User, bob: User) -> None:
    seat = Participant.objects.get(conversation_id=direct(alice, bob), user=alice)
    told: list[str] = []

    with pytest.raises(IntegrityError), one_transaction():
        with connection.cursor() as cursor:
            cursor.execute("UPDATE messenger_participant SET user_id = 987654321 WHERE id = %s", [seat.pk])
        transaction.on_commit(lambda: told.append("told"))

    assert told == []
    assert Participant.objects.get(pk=seat.pk).user_id == alice.pk


def test_a_connection_that_is_cut_at_the_commit_is_told_to_nobody(
    transactional_db: None, alice: User, bob: User
) -> None:
    seat = Participant.objects.get(conversation_id=direct(alice, bob), user=alice)
    told: list[str] = []

    with pytest.raises(OperationalError), one_transaction():
        with connection.cursor() as cursor:
            cursor.execute("UPDATE messenger_participant SET is_pinned = true WHERE id = %s", [seat.pk])
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        transaction.on_commit(lambda: told.append("told"))
    connection.close()

    assert told == []
    assert Participant.objects.get(pk=seat.pk).is_pinned is False
