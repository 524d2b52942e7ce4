"""What participants are told of changed shared fields; a last message from before somebody's history stays hidden."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from messenger import bus
from messenger.events import ConversationChanged, ConversationCreated
from messenger.models import Conversation
from messenger.selectors.conversations import shared_snapshots
from messenger.selectors.seats import history_starts
from messenger.snapshots import ConversationSnapshot


def tell_created(conversation_id: int, *, people: Collection[int] | None = None) -> None:
    """Tell these people (default: everybody who is in) that the conversation is new to them."""
    for audience, snapshot in _views(conversation_id, people):
        bus.publish(
            ConversationCreated(
                audience=audience, conversation_id=conversation_id, version=snapshot.version, conversation=snapshot
            )
        )


def tell_changed(
    conversation: Conversation, *, updates: Mapping[str, Any], people: Collection[int] | None = None
) -> None:
    """Tell these people (default: everybody who is in) what changed; the new version is saved already."""
    for audience, snapshot in _views(conversation.pk, people):
        bus.publish(
            ConversationChanged(
                audience=audience,
                conversation_id=conversation.pk,
                version=conversation.version,
                updates=dict(updates),
                conversation=snapshot,
            )
        )


def _views(
    conversation_id: int, people: Collection[int] | None
) -> Iterator[tuple[tuple[int, ...], ConversationSnapshot]]:
    """The audience in at most two parts: those who may see the last message, and those who may not."""
    snapshot = shared_snapshots(ids=[conversation_id])[conversation_id]
    newest = snapshot.last_message.seq if snapshot.last_message else 0
    starts = history_starts(conversation_id=conversation_id)
    told = {user_id: start for user_id, start in starts.items() if people is None or user_id in people}
    seeing = tuple(user_id for user_id, start in told.items() if not newest or start <= newest)
    blind = tuple(user_id for user_id in told if user_id not in seeing)
    if seeing:
        yield seeing, snapshot
    if blind:
        yield blind, replace(snapshot, last_message=None)
