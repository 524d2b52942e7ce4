"""Who polls is told of the end of their session in one answer, whatever they were about to say."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

from messenger.models import User
from messenger.services.token_pairs import revoke_tokens
from tests.live import tokens_of
from tests.servers import Server
from tests.socketio.polls import Poller
from tests.threads import in_a_thread

SAID_LATE = '42["messenger:v4:presence",{}]'


def test_the_waiting_poll_gets_the_end_and_the_disconnect_together(server: Server, alice: User) -> None:
    pair = tokens_of(alice)
    with Poller(server.port) as client, Poller(server.port) as reading, ThreadPoolExecutor(1) as threads:
        client.sign_in(pair.access)
        reading.sid = client.sid
        poll = threads.submit(reading.poll)
        assert client.post(SAID_LATE) == 200
        in_a_thread(partial(revoke_tokens, refresh=pair.refresh))
        packets = poll.result(timeout=10)
        while not packets[-1].startswith(('42["messenger:v4:session-ended"', "41")):
            packets = reading.poll()

        assert client.post(SAID_LATE) == 200
        assert packets[-2].startswith('42["messenger:v4:session-ended"')
        assert packets[-1] == "41"


def test_who_spends_all_tries_is_sent_off_though_more_come(server: Server, alice: User) -> None:
    with Poller(server.port) as client:
        client.post("40")
        client.wait_for("40")
        wrong = ['42["auth",{"token":"wrong"}]'] * 6

        assert client.post(*wrong) == 200
        packets: list[str] = []
        while "41" not in packets:
            packets = client.poll()
            assert packets
