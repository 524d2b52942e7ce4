"""Proving a person by e-mail address and password, at the same cost whether the account exists or not."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.auth.hashers import make_password

from messenger.errors import InvalidCredentials, Suspended
from messenger.models import User
from messenger.selectors.access import is_suspended, suspension_end
from messenger.services import tries
from messenger.services.hashing import turn_at_hashing
from messenger.services.sign_ins import Caller
from messenger.shapes import iso


def prove_person(*, email: str, password: str, caller: Caller) -> User:
    """The person whom address and password prove.

    :raises InvalidCredentials: unknown, deactivated or wrong, without telling which.
    :raises Suspended: they are right, and a moderator suspended the account.
    :raises RateLimited: too many tries have failed.
    """
    with _try_of(account=email, caller=caller):
        user = User.objects.filter(email=email.strip().lower()).first()
        if not _is_right(user, password) or user is None or not user.is_active:
            raise InvalidCredentials
    if is_suspended(user):
        raise Suspended(until=iso(suspension_end(user)), reason=user.suspension_reason)
    return user


def check_own_password(*, user: User, password: str, caller: Caller) -> None:
    """Ask somebody who is signed in for their password again.

    :raises InvalidCredentials: it is wrong.
    :raises RateLimited: too many tries have failed.
    """
    with _try_of(account=user.email, caller=caller):
        if not user.check_password(password):
            raise InvalidCredentials("The current password is wrong.")


@contextmanager
def _try_of(*, account: str, caller: Caller) -> Iterator[None]:
    """A try, which counts unless the password is right.

    It waits for its turn at hashing before it counts: else right ones that come at once were taken for failures.
    """
    with turn_at_hashing():
        windows = tries.begin_try(account=account, caller=caller)
        yield
        tries.forgive(windows)


def _is_right(user: User | None, password: str) -> bool:
    if user is None:
        make_password(password)
        return False
    return user.check_password(password)
