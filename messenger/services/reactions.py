import re
from dataclasses import dataclass

import emoji as emoji_names
from django.db import transaction

from messenger import bus
from messenger.errors import NotFound, ValidationFailed
from messenger.events import ReactionChanged
from messenger.models import Message, Reaction, User
from messenger.selectors import access
from messenger.selectors.messages import messages_by_ids
from messenger.services.changes import Change, change_message
from messenger.snapshots import MessageSnapshot

MAX_DIFFERENT_EMOJIS = 20
_TAKE_SELECTORS = {known[0] for known, facts in emoji_names.EMOJI_DATA.items() if facts.get("variant")}
_SELECTED = re.compile(f"([{''.join(sorted(_TAKE_SELECTORS))}])\N{VARIATION SELECTOR-16}")


@dataclass(frozen=True, slots=True)
class Reacted:
    """The message after a reaction, and whether the caller's emoji is on it now."""

    message: MessageSnapshot
    reacted: bool


@transaction.atomic
def react(
    *, user: User, message_id: int, emoji: str, on: bool | None = None, conversation_id: int | None = None
) -> Reacted:
    """Put the caller's emoji on a message or take it off: toggle, or with `on` set (safe to repeat).

    Keyboards add a variation selector where none is needed, or leave out one that is: the kind is the same, stored as
    Unicode recommends it.

    :raises NotFound: no such message for the caller, or it is deleted.
    :raises ValidationFailed: no single emoji, or more than 20 different ones on the message.
    """
    emoji = _as_recommended(emoji)
    change = change_message(user=user, message_id=message_id, conversation_id=conversation_id)
    message = change.message
    if message.deleted_at is not None or message.type == Message.Type.SYSTEM:
        raise NotFound
    access.check_may_write(user=user, conversation=change.conversation)
    mine = Reaction.objects.filter(message=message, user=user, emoji=emoji)
    is_on = mine.exists()
    wanted = not is_on if on is None else on
    if wanted != is_on:
        _check_room_for(message, emoji) if wanted else mine.delete()
        if wanted:
            Reaction.objects.create(message=message, user=user, emoji=emoji, created_at=change.now)
        _store_and_tell(change, user, emoji, added=wanted)
    return Reacted(messages_by_ids([message_id])[message_id], wanted)


def _as_recommended(emoji: str) -> str:
    known = emoji_names.EMOJI_DATA.get(_SELECTED.sub(r"\1", emoji))
    if known is None:
        raise ValidationFailed.at("emoji", "One emoji is expected.")
    return emoji_names.emojize(known["en"])


def _check_room_for(message: Message, emoji: str) -> None:
    others = Reaction.objects.filter(message=message).exclude(emoji=emoji).values("emoji").distinct().count()
    if others >= MAX_DIFFERENT_EMOJIS:
        raise ValidationFailed.at("emoji", f"At most {MAX_DIFFERENT_EMOJIS} different emojis on a message.")


def _store_and_tell(change: Change, user: User, emoji: str, *, added: bool) -> None:
    message = change.message
    message.has_reactions = Reaction.objects.filter(message=message).exists()
    change.save("has_reactions", is_update=False)  # the event tells no time, so that clients could not follow
    bus.publish(
        ReactionChanged(
            audience=change.audience(),
            blind=change.blind(),
            conversation_id=message.conversation_id,
            version=message.version,
            message_id=message.pk,
            user_id=user.pk,
            emoji=emoji,
            added=added,
            reactions=messages_by_ids([message.pk])[message.pk].reactions,
        )
    )
