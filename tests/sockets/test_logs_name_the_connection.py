import asyncio
from pathlib import Path

import pytest

from messenger.models import User
from tests.chaos.crowd import call
from tests.concurrency.test_rows_held_elsewhere import CONVERSATION, held
from tests.live import direct, token_of
from tests.native import NativeClient, Refused
from tests.servers import Server
from tests.talks import CONVERSATIONS


@pytest.mark.slow
async def test_what_troubles_a_socket_is_logged_with_its_connection(server: Server, alice: User, bob: User) -> None:
    talk, token = direct(alice, bob), token_of(alice)
    path = f"{CONVERSATIONS}/{talk}/messages"
    _, sent = await asyncio.to_thread(call, server, token, "POST", path, {"content": "Hello"})

    async with NativeClient(server.socket_url, token=token) as client:
        name = (await client.next("hello"))["connectionId"]
        with held(CONVERSATION.format(talk)), pytest.raises(Refused):
            await client.call("edit", {"messageId": sent["message"]["id"], "content": "Changed"})

    told = [line for line in Path(server.log).read_text().splitlines() if "held a row" in line]
    assert [name in line for line in told] == [True]
