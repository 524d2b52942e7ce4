"""The first event of a connection, and the connection itself: those who come at once are greeted together."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone

from messenger.errors import InvalidToken, MessengerError, Suspended, Unavailable
from messenger.realtime.connection import Connection
from messenger.realtime.frames import Frame
from messenger.realtime.outgoing import Outgoing
from messenger.realtime.pace import EventPace
from messenger.realtime.writer import BatchWriter
from messenger.selectors.identity import Proof, Proved, prove_all
from messenger.shapes import iso

HEARTBEAT_INTERVAL_S = 30

Greeting = tuple[Connection, Frame]


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody at a door, with their proof and where their connection's texts are to go."""

    proof: Proof
    door: str
    outgoing: Outgoing


class Greeter:
    """One per process. After a restart thousands come at once, and a statement for each would keep them waiting."""

    def __init__(self) -> None:
        self._writer: BatchWriter[Guest, Greeting | None] = BatchWriter("greeter", _greet)

    async def greet(self, proof: Proof, *, door: str, outgoing: Outgoing) -> Greeting | None:
        """A connection for who is proved, and its `hello`; None where the proof proves nobody. Loop thread only.

        :raises InvalidToken: a wrong token, or (`ExpiredToken`) one whose time is over.
        :raises Suspended: it proves somebody who is suspended.
        :raises Unavailable: the database is out of reach.
        """
        outcome = await self._writer.submit(Guest(proof, door, outgoing))
        if isinstance(outcome, InvalidToken | Suspended):
            raise outcome
        if isinstance(outcome, MessengerError):
            raise Unavailable
        return outcome

    def stop(self) -> None:
        """Greet who waits, then end."""
        self._writer.stop()


def _greet(guests: Sequence[Guest]) -> list[Greeting | MessengerError | None]:
    proved = prove_all([guest.proof for guest in guests])
    return [
        _greeting(guest, outcome) if isinstance(outcome, Proved) else outcome
        for guest, outcome in zip(guests, proved, strict=True)
    ]


def _greeting(guest: Guest, proved: Proved) -> Greeting:
    identity, arrival = proved.identity, proved.arrival
    is_native = guest.door == "native"
    connection = Connection(
        identity=identity,
        spell=(lambda frame: frame.native) if is_native else (lambda frame: frame.socketio),
        pace=EventPace(_event_limits(arrival.tier)),
        door=guest.door,
        outgoing=guest.outgoing,
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
