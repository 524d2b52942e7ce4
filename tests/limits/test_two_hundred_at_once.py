"""200 requests at the same moment, over two processes, where 30 are allowed: exactly 30 pass, whatever is limited."""

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from messenger.models import Attachment, Conversation, Message, User
from tests.concurrency.conftest import Servers
from tests.live import direct, greeted, token_of
from tests.native import NativeClient, Refused
from tests.servers import running_server
from tests.talks import CONVERSATIONS, M
from tests.threads import in_a_thread

AT_ONCE, ALLOWED = 200, 30
BUSY = 503
KINDS = ("MESSAGES", "CONVERSATIONS", "UPLOADS", "SEARCH", "READS")
Ask = Callable[[httpx.Client, int], httpx.Response]


@pytest.fixture(scope="module")
def strict_servers(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """Two processes with one limit of 30 in an hour for each kind."""
    limits = {f"MESSENGER_RATE_LIMIT_FREE_{kind}": f"{ALLOWED}/hour" for kind in KINDS}
    limits |= {"MESSENGER_RATE_LIMIT_FREE_SOCKET_EVENTS": "1000/min", "MESSENGER_SPAM_SCORE": "0"}
    folder = tmp_path_factory.mktemp("strict")
    with running_server(folder, **limits) as first, running_server(folder, **limits) as second:
        yield Servers(first, second)


@pytest.fixture
def strict(transactional_db: None, strict_servers: Servers) -> Servers:
    return strict_servers


def _at_once(servers: Servers, user: User, ask: Ask) -> list[httpx.Response]:
    start, token = threading.Barrier(AT_ONCE), token_of(user)

    def one(number: int) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}"}
        base_url = servers.turn(number).base_url
        with httpx.Client(base_url=base_url, headers=headers, trust_env=False, timeout=60) as client:
            start.wait()
            while (answer := ask(client, number)).status_code == BUSY:
                time.sleep(1)  # as `Retry-After` says: no connection to the database was free, nothing was charged
            return answer

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(one, range(AT_ONCE)))


def _statuses(answers: list[httpx.Response]) -> Counter[int]:
    return Counter(answer.status_code for answer in answers)


def _refusals(answers: list[httpx.Response]) -> set[tuple[object, ...]]:
    """What the refusals say, without their times."""
    bodies = [answer.json() for answer in answers if answer.status_code == 429]
    return {(body["code"], body["details"]["limit"], body["details"]["remaining"]) for body in bodies}


REFUSED = {("rate_limited", ALLOWED, 0)}


@pytest.mark.slow
def test_of_200_messages_30_are_sent(strict: Servers, alice: User, bob: User) -> None:
    path = f"{CONVERSATIONS}/{direct(alice, bob)}/messages"

    answers = _at_once(strict, alice, lambda client, number: client.post(path, json={"content": f"Line {number}"}))

    assert (_statuses(answers), _refusals(answers)) == ({201: ALLOWED, 429: AT_ONCE - ALLOWED}, REFUSED)
    assert sorted(Message.objects.values_list("seq", flat=True)) == list(range(1, ALLOWED + 1))


@pytest.mark.slow
async def test_both_doors_of_both_processes_share_the_30(strict: Servers, alice: User, bob: User) -> None:
    conversation_id, token = direct(alice, bob), token_of(alice)
    path = f"{CONVERSATIONS}/{conversation_id}/messages"
    sockets = [NativeClient(server.socket_url, token=token) for server in (strict.first, strict.second)]

    async def by_socket(number: int) -> str:
        try:
            await sockets[number % 2].call("send", {"conversationId": conversation_id, "content": f"Socket {number}"})
        except Refused as refused:
            return str(refused.code)
        return "sent"

    async with greeted(*sockets):
        answers, sent = await asyncio.gather(
            asyncio.to_thread(
                _at_once, strict, alice, lambda client, number: client.post(path, json={"content": f"REST {number}"})
            ),
            asyncio.gather(*[by_socket(number) for number in range(AT_ONCE)]),
        )

    assert sent.count("sent") + _statuses(answers)[201] == ALLOWED
    assert sent.count("rate_limited") + _statuses(answers)[429] == 2 * AT_ONCE - ALLOWED
    assert in_a_thread(Message.objects.count) == ALLOWED


@pytest.mark.slow
def test_of_200_new_conversations_30_are_opened(strict: Servers, alice: User, bob: User, carol: User) -> None:
    body = {"type": "group", "participantIds": [bob.pk, carol.pk]}

    answers = _at_once(strict, alice, lambda client, _: client.post(CONVERSATIONS, json=body))

    assert (_statuses(answers), _refusals(answers)) == ({201: ALLOWED, 429: AT_ONCE - ALLOWED}, REFUSED)
    assert Conversation.objects.count() == ALLOWED


@pytest.mark.slow
def test_of_200_files_30_are_kept(strict: Servers, alice: User) -> None:
    files = {"file": ("note.txt", b"A note.")}

    answers = _at_once(strict, alice, lambda client, _: client.post(f"{M}/attachments", files=files))

    assert (_statuses(answers), _refusals(answers)) == ({201: ALLOWED, 429: AT_ONCE - ALLOWED}, REFUSED)
    assert Attachment.objects.count() == ALLOWED


@pytest.mark.slow
def test_of_200_searches_30_are_made(strict: Servers, alice: User) -> None:
    answers = _at_once(strict, alice, lambda client, _: client.get(f"{M}/search", params={"q": "hello"}))

    assert (_statuses(answers), _refusals(answers)) == ({200: ALLOWED, 429: AT_ONCE - ALLOWED}, REFUSED)


@pytest.mark.slow
def test_of_200_reads_30_are_answered(strict: Servers, alice: User) -> None:
    answers = _at_once(strict, alice, lambda client, _: client.get(CONVERSATIONS))

    assert (_statuses(answers), _refusals(answers)) == ({200: ALLOWED, 429: AT_ONCE - ALLOWED}, REFUSED)
