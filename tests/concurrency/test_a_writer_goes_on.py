import asyncio
from collections.abc import Sequence

from messenger.errors import MessengerError
from messenger.realtime.writer import BatchWriter


def _halves(numbers: Sequence[int]) -> list[int | MessengerError]:
    return [6 // number for number in numbers]


async def test_what_cannot_be_carried_out_fails_alone(db: None) -> None:
    writer = BatchWriter("halves", _halves)
    try:
        answers = await asyncio.wait_for(asyncio.gather(*[writer.submit(number) for number in (1, 0, 2)]), 10)
        later = await asyncio.wait_for(writer.submit(3), 10)
    finally:
        writer.stop()

    assert [answers[0], answers[2], later] == [6, 3, 2]
    assert isinstance(answers[1], MessengerError)


async def test_an_answer_that_cannot_be_given_costs_nobody_else_theirs(db: None) -> None:
    writer = BatchWriter("halves", _halves)
    told = asyncio.Event()
    try:
        writer.hand_over(1, _burst)
        writer.hand_over(2, lambda _: told.set())
        await asyncio.wait_for(told.wait(), 10)
    finally:
        writer.stop()


def _burst(_: int | MessengerError) -> None:
    raise RuntimeError("nobody is there")
