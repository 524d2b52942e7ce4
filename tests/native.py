"""A client of the native WebSocket, as an integrator would write one."""

import asyncio
import itertools
import json
from collections.abc import Callable
from types import TracebackType
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.described import Undocumented
from tests.described_events import check_answer, check_event

Data = dict[str, Any]


class Refused(Exception):
    """The server's answer to a frame was an error."""

    def __init__(self, error: Data) -> None:
        self.error = error
        self.code = error["code"]
        super().__init__(f"{error['code']}: {error['message']}")


class Disconnected(Exception):
    """The connection ended before the answer came: the frame may have been carried out or not."""


class NativeClient:
    """One connection: `call` awaits the answer to its frame, `events` gathers what comes unasked.

    With `on_event`, each event goes there as it comes, and is gathered nowhere.
    """

    def __init__(
        self,
        url: str,
        *,
        token: str | None = None,
        headers: dict[str, str] | None = None,
        on_event: Callable[[str, Data], None] | None = None,
    ) -> None:
        self.url = url if token is None else f"{url}?token={token}"
        self.on_event = on_event
        self.headers = headers or {}
        self.events: list[tuple[str, Data]] = []
        self.close_code: int | None = None
        self._refs = itertools.count(1)
        self._answers: dict[str, asyncio.Future[Data]] = {}
        self._asked: dict[str, str] = {}
        self._undocumented: Undocumented | None = None
        self._news = asyncio.Condition()

    async def __aenter__(self) -> "NativeClient":
        self.socket: ClientConnection = await connect(
            self.url, additional_headers=self.headers, max_size=None, proxy=None
        )
        self._reader = asyncio.create_task(self._read())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.socket.close()
        await self._reader
        if self._undocumented is not None and kind is None:
            raise self._undocumented

    async def call(self, event: str, data: object = None, *, within: float = 10.0) -> Data:
        """Send an event and return the answer's data; the short name is put below `messenger:v4:`."""
        ref = await self.post(event, data)
        try:
            async with asyncio.timeout(within):
                answer = await self._answers[ref]
        finally:
            self._answers.pop(ref, None)
        if not answer["ok"]:
            raise Refused(answer["error"])
        return dict(answer["data"])

    async def post(self, event: str, data: object = None) -> str:
        """Send an event without waiting; returns its `ref`."""
        ref = str(next(self._refs))
        self._answers[ref] = asyncio.get_running_loop().create_future()
        name = event if ":" in event or event == "auth" else f"messenger:v4:{event}"
        self._asked[ref] = name
        await self.socket.send(json.dumps({"event": name, "data": data or {}, "ref": ref}))
        return ref

    async def next(self, event: str, *, within: float = 5.0, **wanted: object) -> Data:
        """Take the next event of this name whose data has these values."""
        name = event if ":" in event else f"messenger:v4:{event}"
        async with asyncio.timeout(within):
            while True:
                for index, (known, data) in enumerate(self.events):
                    if known == name and all(data.get(key) == value for key, value in wanted.items()):
                        del self.events[index]
                        return data
                if self.close_code is not None:
                    raise AssertionError(f"closed with {self.close_code} while waiting for {name}")
                async with self._news:
                    await self._news.wait()

    def taken(self, event: str) -> list[Data]:
        """Every event of this name so far that `next` has not taken."""
        return [data for known, data in self.events if known == f"messenger:v4:{event}"]

    async def closed(self, *, within: float = 15.0) -> int:
        """Wait for the end; the close code."""
        async with asyncio.timeout(within):
            await asyncio.shield(self._reader)
        return self.close_code or 0

    async def _read(self) -> None:
        try:
            async for text in self.socket:
                frame = json.loads(text)
                self._hold_to_the_document(frame)
                answer = self._answers.get(frame.get("ref", ""))
                if answer is not None and not answer.done():
                    answer.set_result(frame)
                elif "event" in frame and self.on_event is not None:
                    self.on_event(frame["event"], frame["data"])
                elif "event" in frame:
                    self.events.append((frame["event"], frame["data"]))
                else:
                    self.events.append(("unasked:answer", frame))
                await self._tell()
        except ConnectionClosed:
            pass
        self.close_code = self.socket.close_code
        for answer in self._answers.values():
            if not answer.done():
                answer.set_exception(Disconnected(f"closed with {self.close_code}"))
                answer.exception()  # nobody has to ask
        await self._tell()

    def _hold_to_the_document(self, frame: Data) -> None:
        """Remember the first frame that the API document does not allow; leaving the client raises it."""
        try:
            if "event" in frame:
                check_event(frame["event"], frame["data"])
            elif frame["ref"] in self._asked:
                check_answer(self._asked.pop(frame["ref"]), frame)
        except Undocumented as error:
            self._undocumented = self._undocumented or error

    async def _tell(self) -> None:
        async with self._news:
            self._news.notify_all()
