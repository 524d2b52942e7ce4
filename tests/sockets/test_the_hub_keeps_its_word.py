import asyncio
import json
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.utils import timezone

from messenger.events import ConversationCreated, Event, SessionEnded
from messenger.layers import send_from_thread
from messenger.models import SignIn, User
from messenger.realtime import hub as hubs
from messenger.realtime import wire
from messenger.realtime.connection import Connection
from messenger.realtime.hub import Hub
from messenger.realtime.outgoing import OutgoingQueue
from messenger.realtime.pace import EventPace
from messenger.realtime.shards import group_of, shards_of
from messenger.selectors.identity import Identity, prove_token
from messenger.services.conversations import NewConversation, open_conversation
from messenger.services.drafts import Draft
from messenger.services.editing import edit_message
from messenger.services.groups import add_participants, remove_participant
from messenger.services.sending import send_message
from messenger.services.token_pairs import revoke_tokens
from tests.live import tokens_of
from tests.threads import in_a_thread

Connect = Callable[[User], OutgoingQueue]


@pytest.fixture
async def hub() -> AsyncIterator[Hub]:
    """A hub that listens to nobody."""
    hub = Hub()
    yield hub
    await hub.stop()


@pytest.fixture
def connect(hub: Hub) -> Connect:
    """Connect somebody; what they are told can be taken from the queue."""

    def connected(user: User) -> OutgoingQueue:
        queue = OutgoingQueue()
        expires_at = timezone.now() + timedelta(days=1)
        hub.register(_connection(Identity(user_id=user.pk, sign_in_id=1, kind="token", expires_at=expires_at), queue))
        return queue

    return connected


def _connection(identity: Identity, queue: OutgoingQueue) -> Connection:
    return Connection(
        identity=identity, spell=lambda frame: frame.native, pace=EventPace([]), door="native", outgoing=queue
    )


def told(queue: OutgoingQueue) -> list[str]:
    """The names of the events that wait, in order."""
    names = []
    while (text := queue.take()) is not None:
        names.append(json.loads(text)["event"].removeprefix("messenger:v4:"))
    return names


def _group(owner: User, *members: User) -> int:
    wanted = NewConversation(type="group", participant_ids=tuple(member.pk for member in members))
    return open_conversation(creator=owner, wanted=wanted).conversation[0].id


@pytest.fixture
def removal(alice: User, bob: User, carol: User, published: list[Event]) -> tuple[list[Event], list[Event]]:
    """What was said in a group before carol was removed from it, and what was said of her removal and return."""
    group_id = _group(alice, bob, carol)
    published.clear()
    send_message(Draft(sender_id=bob.pk, conversation_id=group_id, content="Not for her any more"))
    before = list(published)
    published.clear()
    remove_participant(actor=alice, conversation_id=group_id, user_id=carol.pk)
    send_message(Draft(sender_id=bob.pk, conversation_id=group_id, content="Without her"))
    add_participants(actor=alice, conversation_id=group_id, user_ids=[carol.pk])
    send_message(Draft(sender_id=bob.pk, conversation_id=group_id, content="With her again"))
    return before, list(published)


async def test_a_late_event_from_before_a_removal_reaches_nobody_removed(
    hub: Hub, connect: Connect, removal: tuple[list[Event], list[Event]], carol: User, bob: User
) -> None:
    late, later = removal
    carols, bobs = connect(carol), connect(bob)
    back = next(index for index, event in enumerate(later) if isinstance(event, ConversationCreated))

    hub.deliver(later[:back])
    hub.deliver(late)
    while_away, bobs_names = told(carols), told(bobs)
    hub.deliver(later[back:])

    assert while_away == ["conversation-deleted"]
    assert bobs_names.count("message") == 3
    assert told(carols) == ["conversation-created", "message", "message"]


@pytest.fixture
def half_seen(alice: User, bob: User, carol: User, published: list[Event]) -> list[Event]:
    """An old message edited and quoted, which alice and bob may see and carol, who came later, may not."""
    group_id = _group(alice, bob)
    old = send_message(Draft(sender_id=bob.pk, conversation_id=group_id, content="Old")).message
    add_participants(actor=alice, conversation_id=group_id, user_ids=[carol.pk])
    published.clear()
    edit_message(editor=bob, message_id=old.id, content="Edited")
    send_message(Draft(sender_id=bob.pk, conversation_id=group_id, content="New", nonce="n", reply_to_id=old.id))
    return list(published)


@pytest.mark.parametrize("shards", [1, 2, 64])
async def test_everybody_is_told_once_whatever_the_number_of_shards(
    hub: Hub, connect: Connect, settings: LazySettings, half_seen: list[Event], cast: list[User], shards: int
) -> None:
    settings.MESSENGER_FANOUT_SHARDS = shards
    queues = [connect(user) for user in cast]

    for _, part in shards_of(half_seen):
        hub.deliver(wire.unpack(wire.pack(part)))

    assert [sorted(told(queue)) for queue in queues] == [
        ["message", "message-edited"],
        ["message", "message-edited"],
        ["conversation-updated", "message"],
    ]


async def test_a_session_that_ended_while_it_connected_is_ended(hub: Hub, alice: User, transactional_db: None) -> None:
    pair = tokens_of(alice)
    identity = in_a_thread(lambda: prove_token(pair.access))
    in_a_thread(lambda: revoke_tokens(refresh=pair.refresh))
    hub.deliver([SessionEnded(audience=(alice.pk,), sign_in_ids=(identity.sign_in_id,), reason="revoked")])

    late = _connection(identity, OutgoingQueue())
    hub.register(late)
    async with asyncio.timeout(2):
        while late.closing is None:
            await asyncio.sleep(0.01)

    assert late.closing.code == 4001


async def test_what_begins_after_an_ending_stays(hub: Hub, alice: User, transactional_db: None) -> None:
    hub.deliver([SessionEnded(audience=(alice.pk,), sign_in_ids=None, reason="password_changed")])
    identity = in_a_thread(lambda: prove_token(tokens_of(alice).access))

    fresh = _connection(identity, OutgoingQueue())
    hub.register(fresh)
    await asyncio.sleep(0.3)

    assert fresh.closing is None


async def test_the_sweep_ends_what_no_event_told_of(
    hub: Hub, alice: User, transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hubs, "SWEEP_EVERY_S", 0.1)
    identity = in_a_thread(lambda: prove_token(tokens_of(alice).access))
    connection = _connection(identity, OutgoingQueue())
    hub.register(connection)
    hub.start()
    await asyncio.sleep(0.3)
    is_kept = connection.closing is None

    in_a_thread(lambda: SignIn.objects.update(ended_at=timezone.now()))
    async with asyncio.timeout(3):
        while connection.closing is None:
            await asyncio.sleep(0.01)

    assert (is_kept, connection.closing.code) == (True, 4001)


async def test_a_batch_that_nobody_can_read_deafens_no_process(
    transactional_db: None, hub: Hub, connect: Connect, half_seen_elsewhere: bytes, alice: User
) -> None:
    hub.start()
    await asyncio.sleep(0.3)
    queue = connect(alice)

    for batch in (b"nonsense", b"", wire.pack([]), half_seen_elsewhere[:-3], half_seen_elsewhere):
        message = {"type": "messenger.events", "origin": "elsewhere", "batch": batch}
        await asyncio.to_thread(send_from_thread, group_of(0), message)
    await asyncio.sleep(0.5)

    assert [name for name in told(queue) if name != "unread"] == ["message-edited", "message"]


@pytest.fixture
def half_seen_elsewhere(transactional_db: None, half_seen: list[Event]) -> bytes:
    return wire.pack(half_seen)


@pytest.fixture
def cast(alice: User, bob: User, carol: User) -> list[User]:
    return [alice, bob, carol]
