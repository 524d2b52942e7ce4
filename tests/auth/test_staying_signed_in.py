from datetime import timedelta

import pytest
from django.utils import timezone
from freezegun import freeze_time

from messenger.models import SignIn, User
from tests.conftest import PASSWORD
from tests.rest import Rest

SESSIONS = "/api/v4/auth/sessions"


@pytest.mark.parametrize(("remember", "hours", "status"), [(False, 23, 200), (False, 25, 401), (True, 25, 200)])
def test_who_is_not_remembered_is_signed_out_after_a_day_unused(
    rest: Rest, alice: User, remember: bool, hours: int, status: int
) -> None:
    rest.sign_in("alice@example.com", PASSWORD, remember=remember)

    with freeze_time(timezone.now() + timedelta(hours=hours)):
        assert rest.get(SESSIONS)[0] == status


def test_use_prolongs_a_session(rest: Rest, alice: User) -> None:
    rest.sign_in("alice@example.com", PASSWORD)
    start = timezone.now()

    for hours in (20, 40, 60):
        with freeze_time(start + timedelta(hours=hours)):
            assert rest.get(SESSIONS)[0] == 200


def test_no_session_outlives_30_days(rest: Rest, alice: User) -> None:
    rest.sign_in("alice@example.com", PASSWORD)
    start = timezone.now()

    for hours in range(20, 30 * 24, 20):
        with freeze_time(start + timedelta(hours=hours)):
            assert rest.get(SESSIONS)[0] == 200
    with freeze_time(start + timedelta(days=30, seconds=1)):
        assert rest.get(SESSIONS)[0] == 401


def test_being_seen_is_stored_every_five_minutes_at_most(rest: Rest, alice: User) -> None:
    rest.sign_in("alice@example.com", PASSWORD)
    first = SignIn.objects.get().last_seen_at

    with freeze_time(first + timedelta(minutes=4)):
        rest.get(SESSIONS)
        assert SignIn.objects.get().last_seen_at == first
    with freeze_time(first + timedelta(minutes=6)):
        rest.get(SESSIONS)
        assert SignIn.objects.get().last_seen_at == first + timedelta(minutes=6)
