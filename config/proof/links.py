"""What both doors have in common for who calls through them: an answer to each event, and an end."""

import asyncio
import itertools
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from websockets.exceptions import ConnectionClosed, InvalidHandshake

from config.proof.web import Unanswered

Json = dict[str, Any]
Take = Callable[[str, Json], None]
PREFIX = "messenger:v4:"
ANSWERED_WITHIN_S = 20.0


class Refused(Exception):
    """The server's answer to an event was an error."""

    def __init__(self, error: Json) -> None:
        self.code = str(error["code"])
        super().__init__(f"{self.code}: {error['message']}")


class Disconnected(Exception):
    """The connection ended before the answer came: the event may have been carried out or not."""


GONE = (Disconnected, Unanswered, ConnectionClosed, InvalidHandshake, OSError)


class Link(ABC):
    """One connection through one door. `take` gets every event as it comes."""

    def __init__(self, port: int, token: str, take: Take) -> None:
        self.port, self.token, self.take = port, token, take
        self.ended = asyncio.Event()
        self._numbers = itertools.count(1)
        self._answers: dict[int, asyncio.Future[Json]] = {}

    @abstractmethod
    async def open(self) -> None:
        """Connect and prove who one is."""

    async def call(self, event: str, data: object = None) -> Json:
        """Send an event; its answer's data.

        :raises Refused: the answer is an error.
        :raises Disconnected: there will be no answer.
        """
        if self.ended.is_set():
            raise Disconnected
        number = next(self._numbers)
        answered = self._answers[number] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(ANSWERED_WITHIN_S):
                await self._send(number, PREFIX + event, data or {})
                answer = await answered
        except GONE:
            raise Disconnected from None
        finally:
            self._answers.pop(number, None)
        if not answer["ok"]:
            raise Refused(answer["error"])
        return dict(answer["data"])

    def break_off(self) -> None:
        """Be gone without a word, as a phone in a tunnel."""
        self._end()

    @abstractmethod
    async def _send(self, number: int, event: str, data: object) -> None: ...

    def _answer(self, number: int, answer: Json) -> None:
        answered = self._answers.get(number)
        if answered is not None and not answered.done():
            answered.set_result(answer)

    def _end(self) -> None:
        self.ended.set()
        for answered in self._answers.values():
            if not answered.done():
                answered.set_exception(Disconnected())
                answered.exception()  # nobody has to ask
