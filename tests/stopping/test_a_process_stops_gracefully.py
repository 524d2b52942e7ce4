import asyncio
import http.client
import json

from messenger.models import User
from tests.cluster.clusters import Cluster
from tests.live import direct, greeted, group, token_of, unlimited
from tests.native import NativeClient
from tests.servers import Server
from tests.stopping.busy_people import BusyProgram, BusySocket
from tests.stopping.conftest import STOPPED_WITHIN_S, stopped, stored_nonces
from tests.threads import in_a_thread

BUSY_FROM = 200


async def test_under_load_everybody_is_sent_away_and_nothing_acknowledged_is_lost(
    server: Server, alice: User, bob: User, carol: User
) -> None:
    people = [alice, bob, carol]
    unlimited(*people)
    place, tokens = group(*people), [token_of(user) for user in people]
    sockets = [BusySocket(server, tokens[number % 3], place, f"socket{number}") for number in range(24)]
    programs = [BusyProgram(server, tokens[number], place, f"program{number}") for number in range(3)]

    ledgers = [*(socket.acknowledged for socket in sockets), *(program.acknowledged for program in programs)]

    is_ready = asyncio.Semaphore(0)
    running = [asyncio.create_task(socket.run(is_ready)) for socket in sockets]
    for _ in sockets:
        await is_ready.acquire()
    for program in programs:
        program.start()
    await asyncio.sleep(1)
    while sum(len(ledger) for ledger in ledgers) < BUSY_FROM:
        await asyncio.sleep(0.05)
    took = await asyncio.to_thread(stopped, server)
    await asyncio.gather(*running)
    for program in programs:
        await asyncio.to_thread(program.join, 20)

    told = [socket.retry_after for socket in sockets]
    acknowledged = {nonce for ledger in ledgers for nonce in ledger}
    assert took < STOPPED_WITHIN_S
    assert {socket.close_code for socket in sockets} == {4010}
    assert all(seconds is not None and 1 <= seconds <= 5 for seconds in told)
    assert len(set(told)) > 5
    assert len(acknowledged) >= BUSY_FROM
    assert acknowledged <= set(in_a_thread(stored_nonces))
    assert {status for program in programs for status in program.statuses} == {201}
    assert [program.broken for program in programs] == [[], [], []]
    assert "Traceback" not in server.log.read_text()


async def test_a_request_under_way_comes_to_its_answer(server: Server, alice: User, bob: User) -> None:
    path = f"/api/v4/messenger/conversations/{direct(alice, bob)}/messages"
    body = json.dumps({"content": "Slowly", "clientNonce": "slow"}).encode()
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    connection.putrequest("POST", path)
    for name, value in (
        ("Authorization", f"Bearer {token_of(alice)}"),
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(body))),
    ):
        connection.putheader(name, value)
    connection.endheaders(body[:5])

    stopping = asyncio.create_task(asyncio.to_thread(stopped, server))
    await asyncio.sleep(4)
    connection.send(body[5:])
    answer = await asyncio.to_thread(connection.getresponse)
    took = await stopping

    assert (answer.status, answer.getheader("Connection"), took < STOPPED_WITHIN_S) == (201, "close", True)


async def test_a_client_that_reads_nothing_holds_nobody_up(server: Server, alice: User, bob: User) -> None:
    place = direct(alice, bob)
    unlimited(alice, bob)

    async with greeted(NativeClient(server.socket_url, token=token_of(bob))) as (bobs,):
        bobs.socket.transport.pause_reading()
        async with greeted(NativeClient(server.socket_url, token=token_of(alice))) as (alices,):
            for number in range(100):
                await alices.call("send", {"conversationId": place, "content": f"{number} " * 1000})
            took = await asyncio.to_thread(stopped, server)
        bobs.socket.transport.abort()

    assert took < STOPPED_WITHIN_S


async def test_one_of_two_stops_and_no_request_fails(cluster: Cluster, alice: User, bob: User, carol: User) -> None:
    people = [alice, bob, carol]
    unlimited(*people)
    place, tokens = group(*people), [token_of(user) for user in people]
    programs = [BusyProgram(cluster.front, token, place, f"program{number}") for number, token in enumerate(tokens)]

    async with greeted(*[NativeClient(cluster.front.socket_url, token=token) for token in tokens * 2]) as clients:
        for program in programs:
            program.start()
        for server in (cluster.first, cluster.second):
            await asyncio.sleep(0.7)
            await asyncio.to_thread(stopped, server)
            await asyncio.sleep(0.7)
            await asyncio.to_thread(server.start)
        for program in programs:
            program.is_told_to_stop.set()
            await asyncio.to_thread(program.join, 20)
        codes = {await client.closed() for client in clients}

    assert codes == {4010}
    assert [program.broken for program in programs] == [[], [], []]
    assert {status for program in programs for status in program.statuses} == {201}
    assert {nonce for program in programs for nonce in program.acknowledged} == set(in_a_thread(stored_nonces))
