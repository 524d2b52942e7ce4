"""Reading and writing with bounds."""

import asyncio
from collections.abc import Callable

HEAD_BYTES = 32 * 1024
PIECE = 64 * 1024
WRITE_WITHIN_S = 60.0


class Broken(Exception):
    """The stream ended, or what came is not what was announced."""


class WatchedReader(asyncio.StreamReader):
    """Says at once when the other side has gone, also while nobody reads."""

    def __init__(self) -> None:
        super().__init__(limit=HEAD_BYTES, loop=asyncio.get_running_loop())
        self.on_end: Callable[[], object] | None = None

    def feed_eof(self) -> None:
        super().feed_eof()
        self._tell()

    def set_exception(self, exc: Exception) -> None:
        super().set_exception(exc)
        self._tell()

    def _tell(self) -> None:
        if self.on_end is not None:
            self.on_end()


async def write(writer: asyncio.StreamWriter, data: bytes) -> None:
    """Write, and wait while the other side does not take it.

    :raises Broken: it has gone, or took nothing for a minute.
    """
    try:
        writer.write(data)
        async with asyncio.timeout(WRITE_WITHIN_S):
            await writer.drain()
    except (OSError, TimeoutError) as error:
        raise Broken from error


async def head_from(reader: asyncio.StreamReader) -> bytes:
    """Everything up to the first empty line.

    :raises asyncio.LimitOverrunError: it is too long.
    :raises Broken: the stream ended before it.
    """
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, OSError) as error:
        raise Broken from error


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Pass on whatever comes, until the end.

    :raises Broken: either side broke off.
    """
    try:
        while data := await reader.read(PIECE):
            await write(writer, data)
    except OSError as error:
        raise Broken from error


async def pump_length(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, length: int) -> None:
    """Pass on exactly `length` bytes.

    :raises Broken: there were fewer.
    """
    try:
        while length:
            data = await reader.read(min(PIECE, length))
            if not data:
                raise Broken
            length -= len(data)
            await write(writer, data)
    except OSError as error:
        raise Broken from error


async def pump_chunks(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Pass on chunks up to the last one, and what trails it.

    :raises Broken: they are none.
    """
    try:
        while True:
            line = await reader.readuntil(b"\r\n")
            size = int(line.partition(b";")[0].strip() or b"x", 16)
            if not 0 <= size < 1 << 40:
                raise Broken
            await write(writer, line)
            if size == 0:
                break
            await pump_length(reader, writer, size)
            await _pump_line(reader, writer, is_empty=True)
        while not await _pump_line(reader, writer):
            pass
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError, OSError) as error:
        raise Broken from error


async def _pump_line(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, is_empty: bool = False) -> bool:
    line = await reader.readuntil(b"\r\n")
    if is_empty and line != b"\r\n":
        raise Broken
    await write(writer, line)
    return line == b"\r\n"
