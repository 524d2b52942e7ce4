"""One HTTP request on a connection of its own, without blocking the loop."""

import asyncio
import json
from typing import Any

Json = dict[str, Any]
HOST = "127.0.0.1"
ANSWERED_WITHIN_S = 20.0


class Unanswered(Exception):
    """The server ended, or was not there: the request may have been carried out or not."""


async def ask(
    port: int, method: str, path: str, body: bytes = b"", *, headers: dict[str, str] | None = None
) -> tuple[int, bytes]:
    """The answer's status and body.

    :raises Unanswered: there was no whole answer.
    """
    lines = {"Host": f"{HOST}:{port}", "Connection": "close", "Content-Length": str(len(body)), **(headers or {})}
    head = "\r\n".join([f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in lines.items())])
    try:
        reader, writer = await asyncio.open_connection(HOST, port)
    except OSError as error:
        raise Unanswered(str(error)) from None
    try:
        writer.write(head.encode() + b"\r\n\r\n" + body)
        async with asyncio.timeout(ANSWERED_WITHIN_S + 10):
            return await _answer(reader)
    except (OSError, asyncio.IncompleteReadError) as error:
        raise Unanswered(str(error)) from None
    finally:
        writer.transport.abort()


async def ask_json(
    port: int, method: str, path: str, body: object = None, *, token: str | None = None
) -> tuple[int, Json]:
    """The same with JSON both ways, signed in by an access token."""
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
    sent = b"" if body is None else json.dumps(body).encode()
    status, answer = await ask(port, method, path, sent, headers=headers)
    return status, json.loads(answer) if answer else {}


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    fields = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    size = fields.get("content-length")
    body = await (reader.read() if size is None else reader.readexactly(int(size)))
    return int(first.split()[1]), body
