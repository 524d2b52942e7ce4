"""The data block of `/messenger/`: all that the first view needs, so that it makes no request."""

from dataclasses import asdict

from django.conf import settings

from messenger.models import User
from messenger.pages.chats import Chat
from messenger.person_shapes import user_shape
from messenger.selectors.inbox import InboxPage
from messenger.selectors.installation import epoch_of_database
from messenger.selectors.positions import Position, positions_of
from messenger.services.drafts import MAX_ATTACHMENTS
from messenger.shapes import Json
from messenger.texts import MAX_CONTENT_LENGTH

_MOST_POSITIONS = 500
_TOTAL_BYTES = 25 * 1024 * 1024


def boot_of(*, user: User, inbox: InboxPage, conversations: list[Json], chat: Chat, unread_count: int) -> Json:
    """Typedef `BootData` of static/messenger/js/types.js; conversations and messages in v4 shapes."""
    known = {conversation["id"] for conversation in conversations}
    opened = [chat.conversation] if chat.conversation and chat.conversation["id"] not in known else []
    boot: Json = {
        "user": user_shape(user, with_email=True),
        "preferences": {},
        "epoch": epoch_of_database(),
        "unreadCount": unread_count,
        "debugHooks": settings.MESSENGER_DEBUG_HOOKS,
        "limits": limits_shape(),
        "conversations": [*conversations, *opened],
        "conversationsHasMore": inbox.has_more,
        "conversationsCursor": inbox.next_cursor,
        "conversationId": chat.conversation_id or None,
        "messages": [],
        "hasMore": False,
        "nextCursor": None,
        "hasNewer": False,
    } | chat.page
    positions = positions_of(viewer_id=user.pk)
    if len(positions) <= _MOST_POSITIONS:
        boot["positions"] = {str(identifier): _position_shape(at) for identifier, at in positions.items()}
    return boot


def limits_shape() -> Json:
    """What the server takes, so that the script refuses the rest before it is sent."""
    return {
        "maxLength": MAX_CONTENT_LENGTH,
        "maxFiles": MAX_ATTACHMENTS,
        "maxFileBytes": settings.MESSENGER_ATTACHMENT_MAX_BYTES,
        "maxTotalBytes": _TOTAL_BYTES,
        "editWindowSeconds": settings.MESSENGER_EDIT_WINDOW,
        "typingEveryMs": 1000,
        "typingStopMs": 3000,
        "pollMs": 30_000,
    }


def _position_shape(position: Position) -> Json:
    at = asdict(position)
    return {"version": at["version"], "privateVersion": at["private_version"], "pointerSum": at["pointer_sum"]}
