"""Which messages want a link preview: noted in their own transaction, fetched later (`link_previews`)."""

import re
from collections.abc import Sequence

from django.conf import settings

from messenger.events import Event, MessageSent
from messenger.models import Message
from messenger.services import outbox
from messenger.services.preview_pictures import let_go

PREVIEW_TOPIC = "link-preview"
MAX_LINK_LENGTH = 2048

_LINK = re.compile(r"https?://[^\s<>\"'`{}|\\^\x00-\x1f\x7f]+", re.IGNORECASE)
_CLOSING = {")": "(", "]": "["}


def first_link(text: str) -> str | None:
    """The first web address in a text, without the punctuation that ends its sentence."""
    match = _LINK.search(text)
    if match is None:
        return None
    link = match.group()
    while link and (
        link[-1] in ".,;:!?*_~" or (link[-1] in _CLOSING and link.count(link[-1]) > link.count(_CLOSING[link[-1]]))
    ):
        link = link[:-1]
    return link if len(link) <= MAX_LINK_LENGTH else None


def note_links(events: Sequence[Event]) -> None:
    """Note the messages among these events whose links shall be fetched; in the transaction that stores them."""
    if not settings.MESSENGER_LINK_PREVIEWS:
        return
    messages = [event.message for event in events if isinstance(event, MessageSent)]
    _note(
        [
            item.id
            for item in messages
            if item.sender_id is not None and item.type != "system" and first_link(item.content)
        ]
    )


def note_edited_links(message: Message, *, text: str) -> None:
    """Take the preview off a message whose link is another one in its new text, and note the new link.

    The caller saves the message.
    """
    link = first_link(text)
    if link == first_link(message.content):
        return
    message.link_preview = None
    let_go(message)
    if settings.MESSENGER_LINK_PREVIEWS and link is not None:
        _note([message.pk])


def _note(message_ids: Sequence[int]) -> None:
    if message_ids:
        outbox.add(topic=PREVIEW_TOPIC, payloads=[{"messageId": message_id} for message_id in message_ids])
