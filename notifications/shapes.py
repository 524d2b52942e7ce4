"""A notification in v4's JSON."""

from messenger.shapes import Json, iso
from notifications.events import NotificationSnapshot


def notification_body(told: NotificationSnapshot) -> Json:
    """`Notification {_id, id, userId, type, title, …}` of the contract."""
    conversation_id = told.conversation_id
    return {
        "_id": str(told.id),
        "id": str(told.id),
        "userId": str(told.user_id),
        "type": told.type,
        "title": told.title,
        "message": told.message,
        "actionUrl": told.action_url or None,
        "actionText": told.action_text or None,
        "icon": told.icon or None,
        "priority": told.priority,
        "category": told.category or None,
        "data": told.data,
        "metadata": told.metadata,
        "conversationId": None if conversation_id is None else str(conversation_id),
        "isRead": told.read_at is not None,
        "readAt": iso(told.read_at),
        "createdAt": iso(told.created_at),
        "expiresAt": iso(told.expires_at),
    }
