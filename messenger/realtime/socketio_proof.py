"""Who a Socket.IO client is, by its CONNECT packet, its handshake, or an `auth` event."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from messenger.errors import IdentityMismatch, InvalidToken, MissingToken
from messenger.realtime.connection import Connection
from messenger.realtime.engine import Scope
from messenger.realtime.proof import Prover, prover_of
from messenger.realtime.threads import in_thread
from messenger.selectors.identity import Identity, prove_token

_MAX_TOKEN = 4096


def prover_of_connect(auth: Mapping[str, Any], scope: Scope) -> Prover | None:
    """What says who a CONNECT packet or the handshake proves; None where neither brings a proof.

    :raises InvalidToken: what was given as a token cannot be one.
    """
    token = _token_in(auth)
    return prover_of(scope) if token is None else partial(prove_token, token)


async def identity_of_auth(data: Mapping[str, Any], connection: Connection | None) -> Identity:
    """The identity that an event `auth {token?, userId?}` proves, or the connection has already.

    :raises MissingToken: no token, and no proof before.
    :raises InvalidToken: it is wrong, or another person's.
    :raises IdentityMismatch: `userId` is not the proved person's.
    :raises RateLimited: the connection's events are spent; proofs count among them.
    """
    if connection is not None:
        connection.spend_event()
    token = _token_in(data)
    if token is not None:
        identity = await in_thread(prove_token, token)
    elif connection is not None:
        identity = connection.identity
    else:
        raise MissingToken
    if connection is not None and identity.user_id != connection.user_id:
        raise InvalidToken
    said = data.get("userId")
    if said is not None and str(said) != str(identity.user_id):
        raise IdentityMismatch
    return identity


def _token_in(data: Mapping[str, Any]) -> str | None:
    token = data.get("token")
    if token is None or token == "":
        return None
    if not isinstance(token, str) or len(token) > _MAX_TOKEN:
        raise InvalidToken
    return token.removeprefix("Bearer ").strip()
