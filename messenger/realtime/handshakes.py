"""What a request for an Engine.IO endpoint asks for, and why it may be refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from messenger.realtime.engine import Engine, LiveSession, Scope
from messenger.realtime.protocol.engineio import Refusal

VERSION = "4"
_TRANSPORTS = ("polling", "websocket")
_MAX_FIELDS = 50


class Refused(Exception):
    """The request is to be answered with this refusal."""

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal
        super().__init__(refusal.name)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A well-formed request: for a session that there is, or for a new one."""

    session: LiveSession | None
    spells_base64: bool


def headers_of(scope: Scope) -> dict[str, str]:
    """The headers by their names in lower case; of a repeated one the last."""
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}


def wanted_by(scope: Scope, *, engine: Engine, transport: str) -> Wanted:
    """Read the query of a request that came over `transport`.

    :raises Refused: a parameter is missing, unknown, or does not fit.
    """
    query = _query_of(scope)
    if query.get("transport") not in _TRANSPORTS:
        raise Refused(Refusal.UNKNOWN_TRANSPORT)
    if query.get("EIO") != VERSION:
        raise Refused(Refusal.UNSUPPORTED_VERSION)
    spells_base64 = bool(query.get("b64"))
    sid = query.get("sid")
    if not sid:
        _check_transport(query["transport"], transport)
        return Wanted(None, spells_base64)
    session = engine.find(sid)
    if session is None:
        raise Refused(Refusal.UNKNOWN_SID)
    _check_transport(query["transport"], transport)
    if transport == "polling" and session.transport != "polling":
        raise Refused(Refusal.BAD_REQUEST)
    return Wanted(session, spells_base64)


def _check_transport(said: str, used: str) -> None:
    if said != used:
        raise Refused(Refusal.BAD_REQUEST)


def _query_of(scope: Scope) -> Mapping[str, str]:
    try:
        return dict(parse_qsl(scope.get("query_string", b"").decode("latin-1"), max_num_fields=_MAX_FIELDS))
    except ValueError:
        raise Refused(Refusal.BAD_REQUEST) from None
