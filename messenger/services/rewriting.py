"""Changing many messages of a conversation at once: when somebody is erased or renamed, or when their time is over.

Each gets a version number of its own, and one more is passed over, so that the single event that follows is a gap
to every client: they sync, and are told message by message.
"""

from collections.abc import Mapping, Sequence

from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from messenger import bus
from messenger.events import ConversationGone
from messenger.models import Conversation, Message, MessageEdit, Participant, Reaction, User
from messenger.services.attachments import delete_files_of
from messenger.services.telling import tell_changed

CHUNK = 500
ERASED_DOOR = "erased"

_NUMBER = """
UPDATE messenger_message m SET version = %s + x.place
FROM unnest(%s::bigint[]) WITH ORDINALITY AS x(id, place) WHERE m.id = x.id
"""
_WIPE = """
UPDATE messenger_message SET deleted_at = coalesce(deleted_at, %s), wiped_at = %s, content = '', metadata = '{}',
       mentions = '[]', link_preview = NULL, search = NULL, has_attachments = false, has_reactions = false,
       fingerprint = ''
WHERE id = ANY(%s::bigint[])
"""
_UNCOUNT = """
UPDATE messenger_participant p SET deleted_above = p.deleted_above + (
    SELECT count(*) FROM messenger_message m
    WHERE m.id = ANY(%s::bigint[]) AND m.deleted_at IS NULL AND m.type <> 'system'
      AND m.seq > p.last_read_seq AND m.seq > p.joined_seq AND m.seq > p.deleted_up_to_seq
      AND m.sender_id IS DISTINCT FROM p.user_id)
WHERE p.conversation_id = %s
"""


def wipe_messages(*, conversation_id: int, message_ids: Sequence[int]) -> None:
    """Delete these messages of a conversation for good: their places stay, empty. Files go as well."""
    ids, now = list(message_ids), timezone.now()
    with transaction.atomic():
        conversation = _locked(conversation_id)
        MessageEdit.objects.filter(message_id__in=ids).delete()
        Reaction.objects.filter(message_id__in=ids).delete()
        with connection.cursor() as cursor:
            cursor.execute(_UNCOUNT, [ids, conversation_id])
            cursor.execute(_WIPE, [now, now, ids])
        _renumber(conversation, ids)
    delete_files_of(ids)


def forget_traces(*, conversation_id: int, message_ids: Sequence[int]) -> None:
    """Forget how these messages were sent and what they said before edits, and let everybody fetch them again."""
    ids = list(message_ids)
    with transaction.atomic():
        conversation = _locked(conversation_id)
        MessageEdit.objects.filter(message_id__in=ids).delete()
        Message.objects.filter(pk__in=ids).update(
            nonce=None, fingerprint="", sign_in_id=None, claimed_at=None, door=ERASED_DOOR
        )
        _renumber(conversation, ids)


def tell_again(*, conversation_id: int, message_ids: Sequence[int]) -> None:
    """Let everybody fetch these messages and the conversation again: what they show of a person has changed."""
    with transaction.atomic():
        _renumber(_locked(conversation_id), list(message_ids))


def take_reactions(*, user: User, conversation_id: int, message_ids: Sequence[int]) -> None:
    """Take somebody's reactions off these messages of a conversation."""
    ids = list(message_ids)
    with transaction.atomic():
        conversation = _locked(conversation_id)
        Reaction.objects.filter(message_id__in=ids, user=user).delete()
        others = Reaction.objects.filter(message=OuterRef("pk"))
        Message.objects.filter(pk__in=ids).update(has_reactions=Exists(others))
        _renumber(conversation, ids)


def replace_texts(*, conversation_id: int, texts: Mapping[int, str], without: User) -> None:
    """Let these lines of the system (by id) say what they said without somebody's name, and note that they do."""
    with transaction.atomic():
        conversation = _locked(conversation_id)
        for message in Message.objects.filter(pk__in=texts):
            message.content = texts[message.pk]
            message.metadata["erased"] = [*message.metadata.get("erased", ()), str(without.pk)]
            message.save(update_fields=["content", "metadata"])
        _renumber(conversation, sorted(texts))


def delete_conversation(*, conversation_id: int) -> int:
    """Delete a conversation with everything in it; gives how many messages it had. Safe to run twice."""
    count = 0
    while ids := list(Message.objects.filter(conversation_id=conversation_id).values_list("pk", flat=True)[:CHUNK]):
        delete_files_of(ids)
        count += len(ids)
        Message.objects.filter(pk__in=ids).delete()
    with transaction.atomic():
        people = list(Participant.objects.filter(conversation_id=conversation_id).values_list("user_id", flat=True))
        Conversation.objects.filter(pk=conversation_id).delete()
        bus.publish(ConversationGone(audience=tuple(people), conversation_id=conversation_id, is_seat_ended=True))
    return count


def _locked(conversation_id: int) -> Conversation:
    return Conversation.objects.select_for_update().get(pk=conversation_id)


def _renumber(conversation: Conversation, ids: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_NUMBER, [conversation.version, ids])
    conversation.version += len(ids) + 1
    conversation.updated_at = timezone.now()
    conversation.save(update_fields=["version", "updated_at"])
    tell_changed(conversation, updates={})
