"""A lone message waits for no other's commit, a busy writer gathers, and a conversation keeps its order."""

import asyncio
import threading
from collections.abc import Iterator, Sequence

import pytest

from messenger.errors import NotFound
from messenger.realtime import writer as writers
from messenger.realtime.writer import SendWriters
from messenger.services.drafts import Draft
from messenger.services.sending import Outcome


class _Store:
    """Stands for the service: notes who stores what, and holds everybody up until it is opened."""

    def __init__(self) -> None:
        self.batches: list[tuple[str, list[str]]] = []
        self.open = threading.Event()

    def send(self, drafts: Sequence[Draft], *, skip_locked: bool) -> list[Outcome]:
        assert skip_locked
        self.batches.append((threading.current_thread().name, [draft.content for draft in drafts]))
        self.open.wait(10)
        return [NotFound() for _ in drafts]


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[_Store]:
    store = _Store()
    monkeypatch.setattr(writers, "send_messages", store.send)
    yield store
    store.open.set()


def _draft(conversation: int, content: str) -> Draft:
    return Draft(sender_id=1, conversation_id=conversation, content=content)


async def _begun(store: _Store, number: int) -> None:
    async with asyncio.timeout(10):
        while len(store.batches) < number:
            await asyncio.sleep(0.005)


async def test_the_second_writer_takes_what_would_wait_for_a_lone_message(db: None, store: _Store) -> None:
    sends = SendWriters()
    try:
        for conversation, content in ((1, "a"), (2, "b")):
            sends.hand_over(_draft(conversation, content), lambda _: None)
            await _begun(store, conversation)
        for conversation, content in ((3, "c"), (4, "d"), (5, "e")):
            sends.hand_over(_draft(conversation, content), lambda _: None)
        store.open.set()
        await sends.until_idle(10)
    finally:
        sends.stop()

    assert store.batches[:2] == [("send-writer-0", ["a"]), ("send-writer-1", ["b"])]
    assert store.batches[2:] == [("send-writer-0", ["c", "d", "e"])]  # gathered by one: two small batches cost more


async def test_a_conversation_keeps_its_writer_and_order(db: None, store: _Store) -> None:
    sends = SendWriters()
    try:
        for content in "abc":
            sends.hand_over(_draft(1, content), lambda _: None)
            await _begun(store, 1)
        store.open.set()
        await sends.until_idle(10)
    finally:
        sends.stop()

    assert store.batches == [("send-writer-0", ["a"]), ("send-writer-0", ["b", "c"])]
