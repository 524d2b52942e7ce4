import asyncio
from typing import cast

from config.corked_transport import FLUSHED_FROM, CorkedTransport


class _Wire:
    """A transport that remembers each piece that it was given."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        self.is_closed = False

    def write(self, data: bytes) -> None:
        self.pieces.append(bytes(data))

    def is_closing(self) -> bool:
        return self.is_closed

    def close(self) -> None:
        self.is_closed = True


def _corked() -> tuple[CorkedTransport, _Wire]:
    wire = _Wire()
    return CorkedTransport(cast(asyncio.Transport, wire)), wire


async def test_one_turn_costs_each_reader_one_piece() -> None:
    (alice, to_alice), (bob, to_bob) = _corked(), _corked()

    alice.write_soon(b"answer,")
    bob.write_soon(b"event")
    alice.write_soon(b"event")
    assert (to_alice.pieces, to_bob.pieces) == ([], [])
    await asyncio.sleep(0)

    assert (to_alice.pieces, to_bob.pieces) == ([b"answer,event"], [b"event"])


async def test_the_next_turn_is_written_too() -> None:
    alice, to_alice = _corked()

    for word in (b"one", b"two"):
        alice.write_soon(word)
        await asyncio.sleep(0)

    assert to_alice.pieces == [b"one", b"two"]


async def test_what_is_written_at_once_comes_after_what_waits() -> None:
    alice, to_alice = _corked()

    alice.write_soon(b"event")
    alice.write(b"pong")
    alice.write_soon(b"last")
    alice.close()
    await asyncio.sleep(0)

    assert to_alice.pieces == [b"event", b"pong", b"last"]


async def test_much_does_not_wait() -> None:
    alice, to_alice = _corked()

    alice.write_soon(bytes(FLUSHED_FROM))

    assert [len(piece) for piece in to_alice.pieces] == [FLUSHED_FROM]


async def test_a_connection_that_closed_meanwhile_gets_nothing() -> None:
    (alice, to_alice), (bob, to_bob) = _corked(), _corked()

    alice.write_soon(b"event")
    bob.write_soon(b"event")
    to_alice.close()
    await asyncio.sleep(0)

    assert (to_alice.pieces, to_bob.pieces) == ([], [b"event"])
