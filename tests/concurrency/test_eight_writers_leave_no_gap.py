import asyncio

import pytest

from messenger.models import Conversation, Message, User
from tests.chaos.crowd import call
from tests.concurrency.conftest import Servers
from tests.live import greeted, group, token_of, unlimited
from tests.native import NativeClient
from tests.servers import Server
from tests.talks import CONVERSATIONS
from tests.threads import in_a_thread

EACH = 30


@pytest.mark.slow
async def test_eight_writers_over_both_doors_of_two_processes_number_densely(
    servers: Servers, people: list[User]
) -> None:
    unlimited(*people)
    room, tokens = group(*people), [token_of(user) for user in people]
    path = f"{CONVERSATIONS}/{room}/messages"
    clients = [NativeClient(servers.turn(number).socket_url, token=token) for number, token in enumerate(tokens)]

    async def by_socket(client: NativeClient) -> list[int]:
        sends = [client.call("send", {"conversationId": room, "content": f"{n}"}) for n in range(EACH)]
        return [answer["message"]["seq"] for answer in await asyncio.gather(*sends)]

    def by_rest(server: Server, token: str) -> list[int]:
        return [call(server, token, "POST", path, {"content": f"{n}"})[1]["message"]["seq"] for n in range(EACH)]

    async with greeted(*clients):
        seqs = await asyncio.gather(
            *[by_socket(client) for client in clients],
            *[asyncio.to_thread(by_rest, servers.turn(n + 1), token) for n, token in enumerate(tokens)],
        )
        orders = [[(await client.next("message"))["message"] for _ in range(8 * EACH)] for client in clients]

    assert sorted(seq for own in seqs for seq in own) == list(range(1, 8 * EACH + 1))
    stored = in_a_thread(lambda: list(Message.objects.order_by("seq").values_list("seq", "version")))
    assert [seq for seq, _ in stored] == list(range(1, 8 * EACH + 1))
    assert [version for _, version in stored] == list(range(2, 8 * EACH + 2))
    assert in_a_thread(lambda: Conversation.objects.get().last_seq) == 8 * EACH
    everything = [{message["seq"]: message["id"] for message in order} for order in orders]
    assert [seen for seen in everything if seen != everything[0]] == []
    assert sorted(everything[0]) == list(range(1, 8 * EACH + 1))
