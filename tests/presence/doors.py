"""Somebody's connection through any door, and what they choose and see over REST."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from config.proof.doors import DOORS
from config.proof.links import Json, Link
from config.proof.web import ask_json
from messenger.models import User
from tests.native import NativeClient
from tests.servers import Server

EVERY_DOOR = ["native", "websocket", "polling"]


@contextlib.asynccontextmanager
async def connected(door: str | type[Link], server: Server, token: str) -> AsyncIterator[Link]:
    """A connection that is closed at the end."""
    kind = DOORS[door] if isinstance(door, str) else door
    link = kind(server.port, token, lambda _name, _data: None)
    await link.open()
    try:
        yield link
    finally:
        await asyncio.sleep(0.3)  # a poll waits again: between two of them nobody sees that the client has gone
        link.break_off()
        await asyncio.sleep(0)


async def choose(server: Server, token: str, status: str) -> None:
    """PUT one's own presence."""
    answer = await ask_json(server.port, "PUT", "/api/v4/presence", {"status": status}, token=token)
    assert answer[0] == 200, answer


async def shown(server: Server, token: str, *people: User) -> list[str]:
    """How these people are shown to the token's owner, in one query."""
    ids = ",".join(str(person.pk) for person in people)
    status, answer = await ask_json(server.port, "GET", f"/api/v4/presence?userIds={ids}", token=token)
    assert status == 200, answer
    return [str(answer["presence"][str(person.pk)]["status"]) for person in people]


def told_of(watching: NativeClient, user: User) -> list[str]:
    """What the watcher was told of somebody and has not taken yet."""
    return [str(data["status"]) for data in watching.taken("presence") if data["userId"] == str(user.pk)]


def message(conversation_id: str, content: str) -> Json:
    return {"conversationId": conversation_id, "content": content}
