"""Browser sessions: signing in, up and out."""

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import transaction

from messenger.models import User
from messenger.services.credentials import prove_person
from messenger.services.sessions import SessionStore
from messenger.services.sign_ins import Caller

_BACKEND = "django.contrib.auth.backends.ModelBackend"


def sign_in(*, email: str, password: str, remember: bool, session: SessionStore, caller: Caller) -> User:
    """Sign a browser in; who was signed in there before is signed out.

    Remembered, the session lasts 30 days; else until the browser closes, at most 24 hours after it was last used.

    :raises InvalidCredentials: address or password is wrong.
    :raises Suspended: they are right, and the account is suspended.
    :raises RateLimited: too many tries have failed.
    """
    user = prove_person(email=email, password=password, caller=caller)
    open_session(user=user, session=session, remember=remember, caller=caller)
    return user


@transaction.atomic
def open_session(*, user: User, session: SessionStore, remember: bool, caller: Caller) -> None:
    """Make a session somebody's, under a new key, so that nobody who knew the old one is signed in with it."""
    session.flush()
    session.caller = caller
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = _BACKEND
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.set_expiry(None if remember else 0)
    session.save()


def sign_out(*, session: SessionStore) -> None:
    """Throw a session away, and close the sockets it opened; signed out already is fine."""
    session.flush()
