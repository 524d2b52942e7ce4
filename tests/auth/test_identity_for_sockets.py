from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from freezegun import freeze_time

from messenger.errors import ExpiredToken, InvalidToken, Suspended
from messenger.models import SignIn, User
from messenger.selectors.identity import (
    Identity,
    Proof,
    Proved,
    prove_all,
    prove_session,
    prove_token,
    sign_ins_still_valid,
)
from messenger.services.sign_ins import NOWHERE, end_sign_in, end_sign_ins
from messenger.services.token_pairs import issue_tokens, refresh_tokens, revoke_tokens
from tests.conftest import PASSWORD
from tests.rest import Rest


def _session_of(user: User) -> str:
    return Rest().as_user(user).django.cookies["sessionid"].value


def _token_of(user: User) -> str:
    return issue_tokens(email=user.email, password=PASSWORD, caller=NOWHERE).access


def test_a_session_proves_its_person_until_it_expires(alice: User) -> None:
    identity = prove_session(_session_of(alice))

    sign_in = SignIn.objects.get()
    assert identity == Identity(user_id=alice.pk, sign_in_id=sign_in.pk, kind="session", expires_at=sign_in.expires_at)


def test_a_token_proves_its_person_as_long_as_its_family_lives(alice: User) -> None:
    identity = prove_token(_token_of(alice))

    sign_in = SignIn.objects.get()
    assert identity == Identity(user_id=alice.pk, sign_in_id=sign_in.pk, kind="token", expires_at=sign_in.expires_at)
    assert identity.expires_at - timezone.now() > timedelta(days=13)


@pytest.mark.parametrize("key", ["", "x", "0" * 32, "é" * 32, "x" * 5000, "a\0b"])
def test_an_unknown_session_proves_nobody(alice: User, key: str) -> None:
    assert prove_session(key) is None


def test_an_expired_token_is_told_from_a_wrong_one(alice: User) -> None:
    token = _token_of(alice)

    with freeze_time(timezone.now() + timedelta(minutes=16)), pytest.raises(ExpiredToken):
        prove_token(token)
    with pytest.raises(InvalidToken) as wrong:
        prove_token(token + "x")
    assert not isinstance(wrong.value, ExpiredToken)


def test_a_revoked_family_proves_nobody(alice: User) -> None:
    pair = issue_tokens(email=alice.email, password=PASSWORD, caller=NOWHERE)
    revoke_tokens(refresh=pair.refresh)

    with pytest.raises(InvalidToken):
        prove_token(pair.access)


def test_a_suspended_person_is_told_so(alice: User) -> None:
    session, token = _session_of(alice), _token_of(alice)
    User.objects.update(suspended_until="2999-01-01T00:00:00Z")

    with pytest.raises(Suspended):
        prove_session(session)
    with pytest.raises(Suspended):
        prove_token(token)


def test_all_who_come_at_once_are_proved_by_a_statement_for_each_kind(alice: User, bob: User, carol: User) -> None:
    tokens = [Proof("token", _token_of(user)) for user in (alice, bob, alice, carol)]
    sessions = [Proof("session", _session_of(user)) for user in (carol, bob)]
    mixed = [tokens[0], sessions[0], tokens[1], sessions[1], *tokens[2:]]

    with CaptureQueriesContext(connection) as statements:
        proved = prove_all(mixed)

    assert len(statements) == 2
    people = [(found.identity.user_id, found.identity.kind) for found in proved if isinstance(found, Proved)]
    assert people == [
        (alice.pk, "token"), (carol.pk, "session"), (bob.pk, "token"),
        (bob.pk, "session"), (alice.pk, "token"), (carol.pk, "token"),
    ]  # fmt: skip
    assert proved == [found for proof in mixed for found in prove_all([proof])]


def test_who_is_refused_among_many_is_refused_alone(alice: User, bob: User, carol: User) -> None:
    fine, wrong, ended, suspended = (_token_of(user) for user in (alice, alice, bob, carol))
    User.objects.filter(pk=carol.pk).update(suspended_until="2999-01-01T00:00:00Z")
    end_sign_ins(user=bob, reason="password_changed")
    secrets = [wrong + "x", fine, ended, "", "a.b.c", suspended, "\0", fine]

    outcomes = prove_all([*(Proof("token", secret) for secret in secrets), Proof("session", "nobody's")])

    assert [type(outcome) for outcome in outcomes] == [
        InvalidToken, Proved, InvalidToken, InvalidToken, InvalidToken, Suspended, InvalidToken, Proved, type(None),
    ]  # fmt: skip


def test_which_sign_ins_still_hold_is_one_statement_for_all(alice: User, bob: User, carol: User) -> None:
    for user in (alice, alice, bob, carol, carol):
        _session_of(user)
    one, other, bobs, ended, stays = SignIn.objects.order_by("pk").values_list("pk", flat=True)
    end_sign_in(user=carol, sign_in_id=ended)
    end_sign_ins(user=alice, reason="password_changed", except_sign_in_id=other)
    User.objects.filter(pk=bob.pk).update(is_active=False)

    with CaptureQueriesContext(connection) as statements:
        valid = sign_ins_still_valid([one, other, bobs, ended, stays, 999_999])

    assert valid == {other, stays}
    assert len(statements) == 1


def test_none_asked_for_is_no_statement(db: None) -> None:
    with CaptureQueriesContext(connection) as statements:
        assert sign_ins_still_valid([]) == set()

    assert len(statements) == 0


def test_refreshing_keeps_the_sockets_of_the_family(alice: User) -> None:
    pair = issue_tokens(email=alice.email, password=PASSWORD, caller=NOWHERE)
    before = prove_token(pair.access)

    after = prove_token(refresh_tokens(refresh=pair.refresh).access)

    assert after.sign_in_id == before.sign_in_id
    assert after.expires_at > before.expires_at
