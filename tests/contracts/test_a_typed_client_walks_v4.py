"""A client written from the API document, over HTTP: every answer is decoded into the type that is documented."""

from collections.abc import Iterator

import msgspec
import pytest
from django.conf import LazySettings

from config.apidoc.tables import operations
from messenger.api.operations.entries import Operation
from messenger.models import User
from messenger.wire_types import conversations, messages, people, requests, syncing
from messenger.wire_types.values import Done
from presence.wire_types import PeopleAsked
from tests.client.client import MessengerClient, Refused
from tests.live import PASSWORD, live
from tests.servers import Server

__all__ = ["live"]


@pytest.fixture
def clients(
    transactional_db: None, live: Server, alice: User, bob: User, adam: User, settings: LazySettings
) -> Iterator[list[MessengerClient]]:
    """Those of alice, bob and adam, signed in."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]  # the server's own
    signed_in = []
    for person in (alice, bob, adam):
        person.set_password(PASSWORD)
        person.save()
        client = MessengerClient(live.base_url)
        assert client.sign_in(person.email, PASSWORD).user_id == str(person.pk)
        signed_in.append(client)
    yield signed_in
    for client in signed_in:
        client.close()


def test_two_people_talk_read_and_catch_up(clients: list[MessengerClient], alice: User, bob: User) -> None:
    alices, bobs, _ = clients
    context = requests.ContextIn(type="package", reference_id="garden-wedding", title="Garden wedding")
    opened = alices.open_conversation(
        requests.NewConversation(participant_ids=[bob.pk], context=context, message="Is May free?", client_nonce="n")
    )
    talk = opened.conversation.id
    asked = opened.message
    assert isinstance(asked, messages.Message)

    reply = bobs.send(talk, requests.NewMessage(content="It is.", reply_to=asked.id, metadata={"mentions": [alice.pk]}))
    page = alices.page(talk, requests.PageAsked(limit=1))
    state = alices.mark_read(talk)
    bobs_own = bobs.page(talk).messages[-1]
    synced = alices.sync(syncing.SyncAsked(conversations={talk: syncing.PositionIn(version=1)}, only=[talk]))

    assert (opened.is_existing, asked.seq, asked.client_nonce) == (False, 1, "n")
    assert reply.reply_to is not None
    assert (reply.seq, reply.reply_to.message_id, reply.mentions) == (2, asked.id, [str(alice.pk)])
    assert ([message.id for message in page.messages], page.has_more) == ([reply.id], True)
    assert (state.last_read_seq, state.unread_count, state.marked_count) == (2, 0, 1)
    assert (bobs_own.id, bobs_own.status) == (reply.id, "read")
    assert [message.seq for message in synced.messages[talk]] == [1, 2]
    assert synced.positions[talk].version == alices.inbox()[0].version


def test_what_is_refused_says_why_in_the_contracts_words(
    clients: list[MessengerClient], alice: User, bob: User
) -> None:
    alices, bobs, adams = clients
    talk = alices.open_conversation(requests.NewConversation(participant_ids=[bob.pk])).conversation.id
    bobs.call("blockPerson", people.Blocked, body=people.NewBlock(user_id=alice.pk))

    with pytest.raises(Refused) as blocked:
        alices.send(talk, requests.NewMessage(content="Hello?"))
    with pytest.raises(Refused) as foreign:
        adams.page(talk)
    with pytest.raises(Refused) as bad:
        alices.page(talk, requests.PageAsked(around="nothing"))

    assert (blocked.value.status, blocked.value.code) == (403, "cannot_message")
    assert (foreign.value.status, foreign.value.code) == (404, "not_found")
    assert (bad.value.status, bad.value.code, list(bad.value.details)) == (400, "validation_error", ["around"])


def test_every_list_and_figure_decodes_into_its_documented_type(clients: list[MessengerClient], bob: User) -> None:
    alices, _, adams = clients
    alices.open_conversation(requests.NewConversation(participant_ids=[bob.pk], message="Hello"))
    asked = {"searchMessages": requests.SearchAsked(q="hello"), "listPresence": PeopleAsked(user_ids=str(bob.pk))}

    decoded = {}
    for operation, kind in _plain_reads():
        client = adams if operation.access == "admin" else alices
        answer = client.call(operation.name, kind, query=asked.get(operation.name))
        decoded[operation.name] = isinstance(answer, Done) and answer.success

    assert set(decoded.values()) == {True}
    assert {"listConversations", "searchMessages", "listPresence", "listAudit", "getMetrics"} <= set(decoded)


def _plain_reads() -> Iterator[tuple[Operation, type[msgspec.Struct]]]:
    """Operations that only read and name nothing in their path, with the type of their answer."""
    for operation in operations().values():
        kind = operation.answers.get(200)
        if operation.method == "GET" and "{" not in operation.path and isinstance(kind, type):
            yield operation, kind


def test_a_conversation_in_the_list_is_the_one_at_its_address(clients: list[MessengerClient], bob: User) -> None:
    alices, *_ = clients
    opened = alices.open_conversation(requests.NewConversation(participant_ids=[bob.pk])).conversation

    alone = alices.call("getConversation", conversations.OneConversation, path={"conversationId": opened.id})

    assert alices.inbox() == [alone.conversation]
