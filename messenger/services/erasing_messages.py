"""The erased person's words: messages, reactions, lines of the system that name them, and conversations they made."""

from collections.abc import Iterator

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from messenger.models import Attachment, Conversation, FlowAction, Message, Participant, PreviewPicture, Reaction, User
from messenger.services.attachments import delete_files_of
from messenger.services.line_texts import line_text
from messenger.services.preview_pictures import delete_pictures
from messenger.services.rewriting import (
    CHUNK,
    ERASED_DOOR,
    forget_traces,
    replace_texts,
    take_reactions,
    wipe_messages,
)
from messenger.services.telling import tell_changed
from messenger.slots import Leaver, PersonalStore

NAMELESS = "Deleted user"

_SYSTEM = Message.Type.SYSTEM


def _erase_messages(leaver: Leaver) -> int:
    """With `delete` they are wiped; with `keep` they stay, without their edits and the traces of their sending."""
    count = 0
    for conversation_id in _conversations_of(leaver.user):
        while ids := list(_messages_left(leaver, conversation_id).values_list("pk", flat=True)[:CHUNK]):
            if leaver.deletes_messages:
                wipe_messages(conversation_id=conversation_id, message_ids=ids)
            forget_traces(conversation_id=conversation_id, message_ids=ids)
            count += len(ids)
    return count


def _messages_left(leaver: Leaver, conversation_id: int) -> QuerySet[Message]:
    sent = Message.objects.filter(conversation_id=conversation_id, sender=leaver.user).exclude(type=_SYSTEM)
    is_left = ~Q(door=ERASED_DOOR)
    return sent.filter(is_left | Q(wiped_at__isnull=True) if leaver.deletes_messages else is_left).order_by("seq")


def _count_messages(leaver: Leaver) -> int:
    """What is left to do; with `keep`, the messages that stay."""
    if leaver.deletes_messages:
        return sum(
            _messages_left(leaver, conversation_id).count() for conversation_id in _conversations_of(leaver.user)
        )
    own = Message.objects.filter(sender=leaver.user, conversation_id__in=_conversations_of(leaver.user))
    return own.exclude(type=_SYSTEM).filter(wiped_at__isnull=True).count()


def _erase_reactions(leaver: Leaver) -> int:
    reactions, count = Reaction.objects.filter(user=leaver.user), 0
    while found := list(reactions.values_list("message__conversation_id", "message_id").distinct()[:CHUNK]):
        for conversation_id in {key for key, _ in found}:
            ids = sorted(message_id for key, message_id in found if key == conversation_id)
            take_reactions(user=leaver.user, conversation_id=conversation_id, message_ids=ids)
        count += len(found)
    return count


def _erase_lines(leaver: Leaver) -> int:
    count = 0
    for conversation_id in _conversations_of(leaver.user):
        texts = dict(_lines_with_name(leaver.user, conversation_id))
        if texts:
            replace_texts(conversation_id=conversation_id, texts=texts, without=leaver.user)
            count += len(texts)
    return count


def _lines_with_name(user: User, conversation_id: int) -> Iterator[tuple[int, str]]:
    """Lines about somebody that were not said anew yet, with what they say without the name."""
    lines = _lines_about(user).filter(conversation_id=conversation_id)
    for line in lines.select_related("sender"):
        people = _people_of(line)
        names = dict(User.objects.filter(pk__in=people).values_list("pk", "display_name")) | {user.pk: NAMELESS}
        actor = names[user.pk] if line.sender_id == user.pk or line.sender is None else line.sender.display_name
        said = [names.get(person, NAMELESS) for person in people]
        text = line_text(str(line.metadata.get("change", "")), actor=actor, names=said) if said else None
        yield line.pk, line.content.replace(user.display_name, NAMELESS) if text is None else text


def _lines_about(user: User) -> QuerySet[Message]:
    about = Q(sender=user) | Q(metadata__userIds__contains=str(user.pk))
    is_left = Q(metadata__erased__isnull=True) | ~Q(metadata__erased__contains=str(user.pk))
    lines = Message.objects.filter(about, conversation_id__in=_conversations_of(user), type=_SYSTEM)
    return lines.filter(is_left, wiped_at__isnull=True)


def _people_of(line: Message) -> list[int]:
    named = line.metadata.get("userIds")
    return [int(item) for item in named if str(item).isdecimal()] if isinstance(named, list) else []


def _count_lines(leaver: Leaver) -> int:
    return _lines_about(leaver.user).count()


def _erase_about(leaver: Leaver) -> int:
    """With `delete`, what the creator wrote about a conversation goes: title, metadata, a context in their words."""
    ids = list(_written_about(leaver).values_list("pk", flat=True)) if leaver.deletes_messages else []
    for conversation_id in ids:
        _forget_about(conversation_id)
    return len(ids)


@transaction.atomic
def _forget_about(conversation_id: int) -> None:
    conversation = Conversation.objects.select_for_update().get(pk=conversation_id)
    if conversation.context_reference and conversation.pair_key:
        conversation.pair_key = f"erased:{conversation.pk}"  # it holds the reference
    conversation.title, conversation.avatar, conversation.metadata = "", "", {}
    conversation.context_type = conversation.context_reference = conversation.context_title = ""
    conversation.context_image = conversation.context_url = ""
    conversation.version += 1
    conversation.updated_at = timezone.now()
    conversation.save()
    updates: dict[str, object] = {"title": None, "avatar": None, "metadata": {}, "context": None}
    tell_changed(conversation, updates=updates)


def _written_about(leaver: Leaver) -> QuerySet[Conversation]:
    said = ~Q(title="") | ~Q(avatar="") | ~Q(metadata={}) | ~Q(context_reference="")
    return Conversation.objects.filter(said, created_by=leaver.user)


def _erase_actions(leaver: Leaver) -> int:
    return _actions(leaver).update(data={}) if leaver.deletes_messages else 0


def _actions(leaver: Leaver) -> QuerySet[FlowAction]:
    return FlowAction.objects.filter(user=leaver.user).exclude(data={})


def _stay(leaver: Leaver) -> str:
    return "" if leaver.deletes_messages else "What was written to others stays with them, as of a deleted user."


def _count_reactions(leaver: Leaver) -> int:
    return Reaction.objects.filter(user=leaver.user).count()


def _erase_files(leaver: Leaver) -> int:
    files = Attachment.objects.filter(owner=leaver.user, message__isnull=False)
    ids = list(files.values_list("message_id", flat=True)) if leaver.deletes_messages else []
    return delete_files_of(ids)


def _count_files(leaver: Leaver) -> int:
    return Attachment.objects.filter(owner=leaver.user, message__isnull=False).count()


def _erase_pictures(leaver: Leaver) -> int:
    return delete_pictures(_pictures(leaver)) if leaver.deletes_messages else 0


def _count_pictures(leaver: Leaver) -> int:
    return _pictures(leaver).count()


def _pictures(leaver: Leaver) -> QuerySet[PreviewPicture]:
    return PreviewPicture.objects.filter(message__sender=leaver.user)


def _conversations_of(user: User) -> list[int]:
    """Where somebody sits or sat: elsewhere they can have said nothing."""
    return list(
        Participant.objects.filter(user=user).order_by("conversation_id").values_list("conversation_id", flat=True)
    )


STORES = (
    PersonalStore(name="system lines", erase=_erase_lines, remaining=_count_lines),
    PersonalStore(name="files of messages", erase=_erase_files, remaining=_count_files, kept=_stay),
    PersonalStore(name="pictures of link previews", erase=_erase_pictures, remaining=_count_pictures, kept=_stay),
    PersonalStore(name="messages", erase=_erase_messages, remaining=_count_messages, kept=_stay),
    PersonalStore(name="reactions", erase=_erase_reactions, remaining=_count_reactions),
    PersonalStore(
        name="titles, metadata and contexts of conversations",
        erase=_erase_about,
        remaining=lambda leaver: _written_about(leaver).count(),
        kept=_stay,
    ),
    PersonalStore(
        name="actions in flows", erase=_erase_actions, remaining=lambda leaver: _actions(leaver).count(), kept=_stay
    ),
)
