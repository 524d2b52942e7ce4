import asyncio
import time

from messenger.models import User
from tests.cluster.clusters import Cluster
from tests.live import greeted, token_of
from tests.native import NativeClient
from tests.outages.conftest import OwnValkey
from tests.servers import Server

KNOWN_AGAIN_WITHIN_S = 8.0


async def comes_in(server: Server, token: str) -> bool:
    """Whether one more connection is let in; it leaves at once."""
    async with NativeClient(server.socket_url, token=token) as client:
        try:
            await client.next("hello")
        except AssertionError:
            assert await client.closed() == 4008
            return False
    return True


async def test_meanwhile_each_process_counts_its_own_and_afterwards_all_count_together(
    cluster: Cluster, own_valkey: OwnValkey, carol: User
) -> None:
    token = token_of(carol)

    def three(server: Server) -> list[NativeClient]:
        return [NativeClient(server.socket_url, token=token) for _ in range(3)]

    async with greeted(*three(cluster.first)):
        together = await comes_in(cluster.second, token)
        own_valkey.stop()
        async with greeted(*three(cluster.second)):
            alone = [await comes_in(server, token) for server in (cluster.first, cluster.second)]
        own_valkey.start()
        began = time.monotonic()
        while await comes_in(cluster.second, token):
            assert time.monotonic() - began < KNOWN_AGAIN_WITHIN_S
            await asyncio.sleep(0.1)

    assert (together, alone) == (False, [False, False])
    for log in (cluster.first.log, cluster.second.log):
        assert "Traceback" not in log.read_text()
