"""What is told of messages that were just stored."""

from datetime import datetime

from messenger.events import MessageSent, SeatChanged
from messenger.services.send_rows import GateRow, NewMessage
from messenger.snapshots import MessageSnapshot


def snapshot_of(message: NewMessage, now: datetime) -> MessageSnapshot:
    """The message as it is about to be stored."""
    draft, gate = message.clean.draft, message.gate
    return MessageSnapshot(
        id=gate.message_id,
        conversation_id=draft.conversation_id,
        seq=message.seq,
        version=message.version,
        sender_id=draft.sender_id,
        sender_name=gate.sender_name,
        sender_avatar=gate.sender_avatar,
        sender_role=gate.sender_role,
        content=message.clean.content,
        type=message.type,
        created_at=now,
        updated_at=now,
        nonce=draft.nonce,
        metadata=message.clean.metadata,
        mentions=message.clean.mentions,
        attachments=tuple(gate.attachments[key] for key in draft.attachment_ids),
        reply_to=gate.quote,
    )


def sent_event(message: NewMessage, snapshot: MessageSnapshot) -> MessageSent:
    """What all present participants are told of it."""
    gate, quote = message.gate, message.gate.quote
    hidden = () if quote is None else _people_after(gate, quote.seq)
    return MessageSent(
        audience=gate.people,
        conversation_id=snapshot.conversation_id,
        version=snapshot.version,
        message=snapshot,
        quote_hidden_from=hidden,
        door=message.clean.draft.door,
        connection_id=message.clean.draft.connection_id,
    )


def _people_after(gate: GateRow, seq: int) -> tuple[int, ...]:
    """Who of the conversation may not see what stands at `seq`."""
    return tuple(person for person, first in zip(gate.people, gate.blind_from, strict=True) if first > seq)


def revived_event(conversation_id: int, user_id: int, private_version: int) -> SeatChanged:
    """What somebody is told whose archived or hidden conversation a message brought back."""
    return SeatChanged(
        audience=(user_id,),
        conversation_id=conversation_id,
        user_id=user_id,
        private_version=private_version,
        updates={"isArchived": False},
    )
