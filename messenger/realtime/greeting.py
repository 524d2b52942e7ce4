"""The first event of a connection, and the connection itself."""

from django.conf import settings
from django.utils import timezone

from messenger.realtime.connection import Connection
from messenger.realtime.frames import Frame
from messenger.realtime.outgoing import Outgoing
from messenger.realtime.pace import EventPace
from messenger.realtime.proof import Prover
from messenger.selectors.arrivals import arrival_of
from messenger.selectors.identity import Identity
from messenger.shapes import iso

HEARTBEAT_INTERVAL_S = 30


def welcome(prover: Prover, *, door: str, outgoing: Outgoing) -> tuple[Connection, Frame] | None:
    """Prove and open in one go; None where the prover proves nobody. Runs queries: call it in a thread."""
    identity = prover()
    return None if identity is None else open_connection(identity, door=door, outgoing=outgoing)


def open_connection(identity: Identity, *, door: str, outgoing: Outgoing) -> tuple[Connection, Frame]:
    """A connection for a proved person, and its `hello`. Runs queries: call it in a thread."""
    arrival = arrival_of(user_id=identity.user_id)
    is_native = door == "native"
    connection = Connection(
        identity=identity,
        spell=(lambda frame: frame.native) if is_native else (lambda frame: frame.socketio),
        pace=EventPace(_event_limits(arrival.tier)),
        door=door,
        outgoing=outgoing,
    )
    hello = {
        "userId": str(identity.user_id),
        "connectionId": connection.id,
        "serverTime": iso(timezone.now()),
        "heartbeatInterval": HEARTBEAT_INTERVAL_S,
        "unreadCount": arrival.unread_total,
        "epoch": arrival.epoch,
        "version": "4",
    }
    return connection, Frame((identity.user_id,), "messenger:v4:hello", hello)


def _event_limits(tier: str) -> list[tuple[int, int]]:
    if settings.MESSENGER_RATE_LIMIT == "off":
        return []
    limits: list[tuple[int, int]] = getattr(settings, f"MESSENGER_RATE_LIMIT_{tier.upper()}_SOCKET_EVENTS")
    return limits
