"""v4 JSON of conversations, from snapshots; see `messenger.shapes` for messages and what both share.

A *body* is the same for all viewers and travels in events; a *shape* adds what is the viewer's own.
"""

from collections.abc import Mapping, Sequence

from django.utils import timezone

from messenger import slots
from messenger.models import User
from messenger.selectors import gates
from messenger.selectors.access import is_suspended
from messenger.selectors.seats import Receipts
from messenger.shapes import Json, iso
from messenger.snapshots import (
    ContextSnapshot,
    ConversationSnapshot,
    FlowSnapshot,
    LastMessageSnapshot,
    OwnSeatSnapshot,
    SeatSnapshot,
)


def conversation_body(conversation: ConversationSnapshot) -> Json:
    """A conversation as all its participants share it: no presence, no permissions, nothing that is somebody's own."""
    identifier = str(conversation.id)
    return {
        "_id": identifier,
        "id": identifier,
        "type": conversation.type,
        "title": conversation.title or None,
        "avatar": conversation.avatar or None,
        "participants": [seat_shape(seat) for seat in conversation.seats],
        "participantCount": conversation.participant_count,
        "context": context_shape(conversation.context) if conversation.context else None,
        "lastMessage": last_message_shape(conversation.last_message) if conversation.last_message else None,
        "lastSeq": conversation.last_seq,
        "version": conversation.version,
        "pointerSum": conversation.pointer_sum,
        "status": conversation.status,
        "flow": flow_shape(conversation.flow) if conversation.flow else None,
        "messageCount": conversation.last_seq,
        "metadata": conversation.metadata,
        "createdAt": iso(conversation.created_at),
        "updatedAt": iso(conversation.last_activity_at),
    }


def conversation_shape(
    conversation: ConversationSnapshot,
    own: OwnSeatSnapshot,
    viewer: User,
    *,
    statuses: Mapping[int, str] | None = None,
) -> Json:
    """A conversation for one participant: what all share, what is the viewer's own, and what they may do.

    `statuses` is the presence of its people (`slots.presence_of`); None asks the slot for this one conversation.
    """
    if statuses is None:
        statuses = slots.presence_of(viewer_id=viewer.id, user_ids=[seat.user_id for seat in conversation.seats])
    body = conversation_body(conversation)
    flags = own_flags_shape(own)
    for seat, entry in zip(conversation.seats, body["participants"], strict=True):
        entry["status"] = statuses.get(seat.user_id, "offline")
        if seat.user_id == own.user_id:
            entry.update(flags)
    return (
        body
        | flags
        | {
            "messageCount": max(0, conversation.last_seq - own.history_from_seq + 1),
            "lastReadSeq": own.last_read_seq,
            "markedUnread": own.marked_unread,
            "notify": own.notify,
            "draft": own.draft,
            "privateVersion": own.private_version,
            "historyFromSeq": own.history_from_seq,
            "permissions": permissions_shape(conversation, own, viewer),
        }
    )


def conversation_shapes(seen: Sequence[tuple[ConversationSnapshot, OwnSeatSnapshot]], *, viewer: User) -> list[Json]:
    """`conversation_shape` of several, asking for everybody's presence once."""
    people = {seat.user_id for conversation, _ in seen for seat in conversation.seats}
    statuses = slots.presence_of(viewer_id=viewer.id, user_ids=people)
    return [conversation_shape(conversation, own, viewer, statuses=statuses) for conversation, own in seen]


def seat_shape(seat: SeatSnapshot) -> Json:
    return {
        "userId": str(seat.user_id),
        "displayName": seat.display_name,
        "avatar": seat.avatar or None,
        "role": seat.role,
        "memberRole": seat.member_role,
        "lastReadSeq": seat.last_read_seq,
        "lastReadAt": iso(seat.last_read_at),
        "lastDeliveredSeq": seat.last_delivered_seq,
        "joinedSeq": seat.joined_seq,
    }


def own_flags_shape(own: OwnSeatSnapshot) -> Json:
    return {
        "isPinned": own.is_pinned,
        "isMuted": own.is_muted,
        "mutedUntil": iso(own.muted_until) if own.is_muted else None,
        "isArchived": own.is_archived,
        "unreadCount": own.unread_count,
    }


def permissions_shape(conversation: ConversationSnapshot, own: OwnSeatSnapshot, viewer: User) -> Json:
    """What will work for the viewer; `reason` is the code that a send would be refused with."""
    reason = send_refusal(conversation, own, viewer)
    leads = conversation.type == "group" and own.member_role in ("owner", "admin") and not is_suspended(viewer)
    allowed = {
        "canSend": reason is None,
        "canInvite": leads and reason is None,
        "canRename": leads,
        "canRemove": leads,
        "canClose": leads or viewer.is_moderator,
    }
    return allowed if reason is None else allowed | {"reason": reason}


def send_refusal(conversation: ConversationSnapshot, own: OwnSeatSnapshot, viewer: User) -> str | None:
    """The code that the gate of sending answers the viewer with, None where it lets them through."""
    flow = conversation.flow
    facts = gates.Facts(
        conversation.type, conversation.status, flow.chat_status if flow else None, flow.flow_state if flow else None
    )
    refusal = gates.refusal_of(
        facts, suspended_until=viewer.suspended_until, is_blocked=lambda: own.is_blocked, now=timezone.now()
    )
    return None if refusal is None else refusal.code


def context_shape(context: ContextSnapshot) -> Json:
    image = context.image or None
    return {
        "type": context.type,
        "referenceId": context.reference_id,
        "referenceTitle": context.title,
        "referenceImage": image,
        "url": context.url or None,
        "id": context.reference_id,
        "title": context.title,
        "imageUrl": image,
    }


def last_message_shape(message: LastMessageSnapshot) -> Json:
    sent_at = iso(message.created_at)
    return {
        "id": str(message.id),
        "seq": message.seq,
        "content": message.content,
        "senderId": None if message.sender_id is None else str(message.sender_id),
        "senderName": message.sender_name,
        "sentAt": sent_at,
        "createdAt": sent_at,
        "type": message.type,
        "isDeleted": message.is_deleted,
    }


def flow_shape(flow: FlowSnapshot) -> Json:
    return {
        "flowState": flow.flow_state,
        "chatStatus": flow.chat_status,
        "awaitingRole": flow.awaiting_role,
        "currentActionData": flow.current_action_data,
    }


def participant_shapes(seats: Sequence[SeatSnapshot], *, statuses: Mapping[int, str]) -> list[Json]:
    """Everybody who is in, with their presence."""
    return [seat_shape(seat) | {"status": statuses.get(seat.user_id, "offline")} for seat in seats]


def receipts_shape(receipts: Receipts) -> Json:
    """Who has a message delivered, and who has read it."""
    return {
        "seq": receipts.seq,
        "delivered": [
            _person(receipt.person) | {"deliveredAt": iso(receipt.delivered_at)} for receipt in receipts.delivered
        ],
        "read": [_person(receipt.person) | {"readAt": iso(receipt.read_at)} for receipt in receipts.read],
    }


def _person(seat: SeatSnapshot) -> Json:
    return {"userId": str(seat.user_id), "displayName": seat.display_name, "avatar": seat.avatar or None}
