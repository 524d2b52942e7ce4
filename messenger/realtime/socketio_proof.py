"""Who a Socket.IO client is, by its CONNECT packet, its handshake, or an `auth` event."""

from collections.abc import Mapping
from typing import Any

from messenger.errors import IdentityMismatch, InvalidToken, MissingToken
from messenger.realtime.connection import Connection
from messenger.realtime.engine import Scope
from messenger.realtime.proof import proof_of
from messenger.realtime.threads import in_thread
from messenger.selectors.identity import Identity, Proof, prove_token

_MAX_TOKEN = 4096


def proof_of_connect(auth: Mapping[str, Any], scope: Scope) -> Proof | None:
    """What a CONNECT packet or the handshake brings as a proof; None where neither does.

    :raises InvalidToken: what was given as a token cannot be one.
    """
    token = _token_in(auth)
    return proof_of(scope) if token is None else Proof("token", token)


def proof_of_auth(data: Mapping[str, Any]) -> Proof:
    """What an event `auth {token, userId?}` brings as a first proof.

    :raises MissingToken: no token.
    :raises InvalidToken: what was given as a token cannot be one.
    """
    token = _token_in(data)
    if token is None:
        raise MissingToken
    return Proof("token", token)


async def proved_again(data: Mapping[str, Any], connection: Connection) -> Identity:
    """The identity that an event `auth {token?, userId?}` proves on a connection that has one already.

    :raises InvalidToken: the token is wrong, or another person's.
    :raises IdentityMismatch: `userId` is not the proved person's.
    :raises RateLimited: the connection's events are spent; proofs count among them.
    """
    connection.spend_event()
    token = _token_in(data)
    identity = connection.identity if token is None else await in_thread(prove_token, token)
    if identity.user_id != connection.user_id:
        raise InvalidToken
    check_person(data, identity.user_id)
    return identity


def check_person(data: Mapping[str, Any], user_id: int) -> None:
    """Check who an event `auth` says that it is for, where it says so.

    :raises IdentityMismatch: it is another person.
    """
    said = data.get("userId")
    if said is not None and str(said) != str(user_id):
        raise IdentityMismatch


def _token_in(data: Mapping[str, Any]) -> str | None:
    token = data.get("token")
    if token is None or token == "":
        return None
    if not isinstance(token, str) or len(token) > _MAX_TOKEN:
        raise InvalidToken
    return token.removeprefix("Bearer ").strip()
