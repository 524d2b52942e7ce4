"""Changing what was sent: edit, delete, restore, take the preview away. The same gate as for sending."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from messenger import bus, slots
from messenger.errors import EditWindowExpired, NotAllowed, NotFound, ValidationFailed
from messenger.events import MessageDeleted
from messenger.models import Message, MessageEdit, Participant, Reaction, User
from messenger.selectors import access
from messenger.selectors.messages import messages_by_ids
from messenger.services.attachments import delete_files_of
from messenger.services.changes import Change, change_message, tell_edited
from messenger.services.link_notes import note_edited_links
from messenger.services.preview_pictures import let_go
from messenger.services.search_index import index_message
from messenger.services.spam import check_text
from messenger.snapshots import MessageSnapshot
from messenger.texts import clean_text

RESTORE_WINDOW = timedelta(seconds=30)
_KEEPERS = (Participant.MemberRole.OWNER, Participant.MemberRole.ADMIN)


@transaction.atomic
def edit_message(*, editor: User, message_id: int, content: str, conversation_id: int | None = None) -> MessageSnapshot:
    """Replace the text of one's own message; the earlier text is kept in its history.

    The same text again changes nothing and tells nobody.

    :raises NotFound: no such message for the editor, or it is deleted.
    :raises NotAllowed: somebody else's message, or no text message.
    :raises MessageRejected: the new text looks like spam.
    :raises EditWindowExpired: older than `MESSENGER_EDIT_WINDOW` seconds.
    """
    text = clean_text(content)
    change = change_message(user=editor, message_id=message_id, conversation_id=conversation_id)
    message = change.message
    if message.deleted_at is not None:
        raise NotFound
    if message.sender_id != editor.pk or message.type in (Message.Type.SYSTEM, Message.Type.AUTOMATED):
        raise NotAllowed("Only its sender may edit a message.")
    access.check_may_write(user=editor, conversation=change.conversation)
    if change.now - message.created_at > timedelta(seconds=settings.MESSENGER_EDIT_WINDOW):
        raise EditWindowExpired
    if not text and not message.has_attachments:
        raise ValidationFailed.at("content", "Write something.")
    if text != message.content:
        check_text(user=editor, content=text, now=change.now)
        MessageEdit.objects.create(message=message, content=message.content, edited_at=change.now)
        note_edited_links(message, text=text)
        message.content, message.edited_at = text, change.now
        change.save("content", "edited_at", "link_preview")
        index_message(message)
        tell_edited(change)
    return messages_by_ids([message_id])[message_id]


@transaction.atomic
def delete_message(*, actor: User, message_id: int, conversation_id: int | None = None) -> MessageSnapshot:
    """Take a message back: at once nothing of it shows anywhere. A repeat changes nothing and tells nobody.

    :raises NotFound: no such message for the actor.
    :raises NotAllowed: neither its sender, nor an owner or admin of the group, nor a moderator who takes part.
    """
    change = change_message(user=actor, message_id=message_id, conversation_id=conversation_id)
    message = change.message
    is_moderation = message.sender_id != actor.pk and not _may_delete_for_others(change)
    if is_moderation and not actor.is_moderator:
        raise NotAllowed("Only its sender, or an owner of the group, may delete a message.")
    if message.type == Message.Type.SYSTEM:
        raise NotAllowed("System lines cannot be deleted.")
    if message.deleted_at is None:
        message.deleted_at, message.deleted_by, message.removed_by_moderator = change.now, actor, is_moderation
        change.save("deleted_at", "deleted_by", "removed_by_moderator")
        if is_moderation:
            slots.note_deed(
                moderator=actor,
                deed="message_removed",
                target_id=message.pk,
                conversation_id=message.conversation_id,
            )
        change.correct_unread(1)
        bus.publish(
            MessageDeleted(
                audience=change.audience(),
                blind=change.blind(),
                conversation_id=message.conversation_id,
                version=message.version,
                message_id=message.pk,
                seq=message.seq,
                deleted_at=change.now,
            )
        )
    return messages_by_ids([message_id])[message_id]


@transaction.atomic
def restore_message(*, actor: User, message_id: int, conversation_id: int | None = None) -> MessageSnapshot:
    """Undo one's own deletion within 30 s; text, files and reactions come back.

    :raises NotFound: no such message for the actor.
    :raises NotAllowed: not deleted, deleted by somebody else or by a moderator, or too long ago.
    """
    change = change_message(user=actor, message_id=message_id, conversation_id=conversation_id)
    message = change.message
    if message.deleted_at is None or message.deleted_by_id != actor.pk or message.removed_by_moderator:
        raise NotAllowed("Only who deleted this message may restore it.")
    if message.wiped_at is not None or change.now - message.deleted_at > RESTORE_WINDOW:
        raise NotAllowed("A message can be restored for 30 seconds only.")
    access.check_may_write(user=actor, conversation=change.conversation)
    message.deleted_at, message.deleted_by = None, None
    change.save("deleted_at", "deleted_by")
    change.correct_unread(-1)
    tell_edited(change)
    return messages_by_ids([message_id])[message_id]


@transaction.atomic
def remove_preview(*, actor: User, message_id: int, conversation_id: int | None = None) -> MessageSnapshot:
    """Take the link preview of one's own message away; without one this changes nothing.

    :raises NotFound: no such message for the actor.
    :raises NotAllowed: somebody else's message.
    """
    change = change_message(user=actor, message_id=message_id, conversation_id=conversation_id)
    if change.message.sender_id != actor.pk:
        raise NotAllowed("Only its sender may take the preview away.")
    if change.message.link_preview is not None:
        change.message.link_preview = None
        let_go(change.message)
        change.save("link_preview")
        tell_edited(change)
    return messages_by_ids([message_id])[message_id]


def wipe_deleted_messages() -> int:
    """Wipe for good what was deleted longer ago than it can be restored; gives the number. Safe to run twice."""
    due = Message.objects.filter(
        deleted_at__lt=timezone.now() - RESTORE_WINDOW - timedelta(seconds=5), wiped_at__isnull=True
    )
    ids = list(due.values_list("pk", flat=True)[:1000])
    delete_files_of(ids)
    with transaction.atomic():
        MessageEdit.objects.filter(message_id__in=ids).delete()
        Reaction.objects.filter(message_id__in=ids).delete()
        return Message.objects.filter(pk__in=ids, deleted_at__isnull=False).update(
            content="",
            fingerprint="",  # a short text can be guessed from its hash
            has_attachments=False,
            has_reactions=False,
            metadata={},
            mentions=[],
            link_preview=None,
            search=None,
            wiped_at=timezone.now(),
        )


def _may_delete_for_others(change: Change) -> bool:
    return change.conversation.type == change.conversation.Type.GROUP and change.seat.member_role in _KEEPERS
