import pytest
from django.db import IntegrityError, OperationalError, connection, transaction

from messenger.models import Participant, User
from messenger.round_trips import Asked, Statement, exchange
from tests.live import direct

FAILS_AT_THE_COMMIT = "UPDATE messenger_participant SET user_id = 987654321"
IS_CUT_OFF = "UPDATE messenger_participant SET is_pinned = true; SELECT pg_terminate_backend(pg_backend_pid())"


@pytest.mark.parametrize(
    ("statements", "error"), [(FAILS_AT_THE_COMMIT, IntegrityError), (IS_CUT_OFF, OperationalError)]
)
def test_what_is_not_committed_is_told_to_nobody(
    transactional_db: None, alice: User, bob: User, statements: str, error: type[Exception]
) -> None:
    direct(alice, bob)
    stored = list(Participant.objects.order_by("pk").values())
    told: list[str] = []

    with pytest.raises(error):
        _carry_out(statements, told)
    connection.close()

    assert told == []
    assert list(Participant.objects.order_by("pk").values()) == stored


def _carry_out(statements: str, told: list[str]) -> None:
    with transaction.atomic():
        transaction.on_commit(lambda: told.append("told"))
        asked = [Asked(Statement(f"s{index}", sql), []) for index, sql in enumerate(statements.split("; "))]
        exchange(*asked, and_commit=True)
