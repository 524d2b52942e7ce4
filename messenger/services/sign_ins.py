"""Sign-ins as rows: begun, seen, ended. Every ending is told, so that open sockets close with it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from messenger.bus import publish
from messenger.errors import NotFound
from messenger.events import SessionEnded
from messenger.models import SignIn, User
from messenger.selectors.identity import hash_of

SEEN_EVERY = timedelta(minutes=5)
SESSION_LASTS_AT_MOST = timedelta(days=30)
KEPT_FOR = timedelta(days=90)

_MAX_USER_AGENT = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """From where somebody calls: address and program, as far as known."""

    address: str | None = None
    user_agent: str = ""


NOWHERE = Caller()


def begin_sign_in(
    *,
    user: User,
    kind: SignIn.Kind,
    expires_at: datetime,
    caller: Caller,
    session_key: str | None = None,
    refresh_id: str | None = None,
) -> SignIn:
    """Store that somebody is signed in here from now on."""
    return SignIn.objects.create(
        user=user,
        kind=kind,
        session_key_hash=None if session_key is None else hash_of(session_key),
        refresh_id=refresh_id,
        session_epoch=user.session_epoch,
        user_agent=caller.user_agent[:_MAX_USER_AGENT],
        address=caller.address,
        expires_at=expires_at,
    )


def note_seen(*, sign_in: SignIn, now: datetime) -> None:
    """Store that a sign-in is still used, at most every 5 minutes; a session lives on for as long again.

    No session outlives 30 days; a refresh family is prolonged by refreshing only.
    """
    if now - sign_in.last_seen_at < SEEN_EVERY:
        return
    changes = {"last_seen_at": now}
    if sign_in.kind == SignIn.Kind.SESSION:
        lasts = sign_in.expires_at - sign_in.last_seen_at
        changes["expires_at"] = max(sign_in.expires_at, min(now + lasts, sign_in.created_at + SESSION_LASTS_AT_MOST))
    SignIn.objects.filter(pk=sign_in.pk, ended_at__isnull=True).update(**changes)


@transaction.atomic
def end_sign_in(*, user: User, sign_in_id: int, reason: str = "ended_elsewhere") -> None:
    """End one sign-in of the user's own and close its sockets.

    :raises NotFound: theirs is none with this id, or it has ended.
    """
    if not _end(user_id=user.pk, sign_in_ids=[sign_in_id], reason=reason):
        raise NotFound


@transaction.atomic
def end_many(*, sign_in_ids: Collection[int], reason: str) -> int:
    """End these sign-ins, whosever they are, and close their sockets; gives how many had not ended yet."""
    ended = list(
        SignIn.objects.select_for_update().filter(pk__in=list(sign_in_ids), ended_at__isnull=True).order_by("pk")
    )
    for sign_in in ended:
        _end(user_id=sign_in.user_id, sign_in_ids=[sign_in.pk], reason=reason)
    return len(ended)


@transaction.atomic
def end_session(*, session_key: str, reason: str = "signed_out") -> None:
    """End the sign-in of a browser session; none is fine, since the cookie may be older than the database."""
    sign_in = SignIn.objects.filter(session_key_hash=hash_of(session_key), ended_at__isnull=True).first()
    if sign_in is not None:
        _end(user_id=sign_in.user_id, sign_in_ids=[sign_in.pk], reason=reason)


def move_session(*, old_key: str, new_key: str) -> None:
    """Let a sign-in go on under its session's new key."""
    SignIn.objects.filter(session_key_hash=hash_of(old_key)).update(session_key_hash=hash_of(new_key))


@transaction.atomic
def end_sign_ins(*, user: User, reason: str, except_sign_in_id: int | None = None) -> None:
    """End every sign-in of somebody, but for one, and close the sockets: password, deactivation, suspension.

    The grown `session_epoch` also ends what is begun in this very moment elsewhere.
    """
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    user.refresh_from_db(fields=["session_epoch"])
    kept = except_sign_in_id or 0
    SignIn.objects.filter(pk=kept, user=user).update(session_epoch=user.session_epoch)
    others = SignIn.objects.filter(user=user, ended_at__isnull=True).exclude(pk=kept)
    others.update(ended_at=timezone.now(), end_reason=reason, refresh_id=None)
    publish(
        SessionEnded(audience=(user.pk,), sign_in_ids=None, reason=reason, except_sign_in_id=except_sign_in_id),
    )


def forget_old_sign_ins() -> int:
    """Delete what ended or expired more than 90 days ago; gives the number."""
    old = timezone.now() - KEPT_FOR
    return SignIn.objects.filter(Q(ended_at__lt=old) | Q(expires_at__lt=old)).delete()[0]


def _end(*, user_id: int, sign_in_ids: list[int], reason: str) -> bool:
    ended = SignIn.objects.filter(pk__in=sign_in_ids, user_id=user_id, ended_at__isnull=True).update(
        ended_at=timezone.now(), end_reason=reason, refresh_id=None
    )
    if ended:
        publish(SessionEnded(audience=(user_id,), sign_in_ids=tuple(sign_in_ids), reason=reason))
    return bool(ended)
