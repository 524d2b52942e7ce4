"""Programs of integrators: their keys, and for whom they may act."""

import secrets
from datetime import datetime, timedelta

from messenger.errors import NotAllowed
from messenger.models import ApiClient, User
from messenger.selectors.identity import CLIENT_PREFIX, hash_of

USED_EVERY = timedelta(minutes=5)

_SHOWN = 12


def create_client(*, name: str, owner: User, scopes: list[str]) -> tuple[ApiClient, str]:
    """Make an API client; its key is returned here and never again, since only its hash is stored."""
    key = _new_key()
    client = ApiClient.objects.create(
        name=name, owner=owner, scopes=scopes, token_hash=hash_of(key), token_prefix=key[:_SHOWN]
    )
    return client, key


def replace_key(*, client: ApiClient) -> str:
    """Give a client a new key and return it; the old one is refused from now on."""
    key = _new_key()
    client.token_hash, client.token_prefix = hash_of(key), key[:_SHOWN]
    client.save(update_fields=["token_hash", "token_prefix"])
    return key


def person_for_client(*, client: ApiClient, act_as: str | None) -> User:
    """Whom a call of the client is made for: its owner, or with the scope `act-as` whom it names.

    Nobody but an administrator's client acts for an administrator.

    :raises NotAllowed: without the scope, or for somebody it may not act for, without telling why.
    """
    if not act_as:
        return client.owner
    if ApiClient.Scope.ACT_AS not in client.scopes:
        raise NotAllowed("This API client may not act for others.")
    is_id = len(act_as) <= 16 and act_as.isascii() and act_as.isdecimal()
    person = User.objects.filter(pk=int(act_as), is_active=True).first() if is_id else None
    if person is None or (person.is_moderator and not client.owner.is_moderator):
        raise NotAllowed("This API client may not act for this person.")
    return person


def note_used(*, client: ApiClient, now: datetime) -> None:
    """Store that the client is in use, at most every 5 minutes."""
    if client.last_used_at is None or now - client.last_used_at >= USED_EVERY:
        ApiClient.objects.filter(pk=client.pk).update(last_used_at=now)


def _new_key() -> str:
    return f"{CLIENT_PREFIX}{secrets.token_urlsafe(32)}"
