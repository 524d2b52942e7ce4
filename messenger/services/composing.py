"""Drafts that somebody writes on several devices: no text is lost, since each change names the one it builds on."""

from dataclasses import dataclass

from django.utils import timezone

from messenger.errors import DraftConflict, NotFound, ValidationFailed
from messenger.models import Attachment, Participant, User
from messenger.selectors import access
from messenger.services.drafts import MAX_ATTACHMENTS
from messenger.shapes import iso
from messenger.texts import clean_text


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftInput:
    """An unsent message. `base_rev` is the revision that the client knew, 0 where it knew of none."""

    text: str
    reply_to_id: int | None = None
    attachment_ids: tuple[int, ...] = ()
    base_rev: int = 0


def next_draft(*, user: User, seat: Participant, given: DraftInput | None) -> None:
    """Set the draft of a locked seat to the next revision; an empty one, or None, takes it away.

    Revisions only grow, so that a client which knew an older draft never matches a later one by chance.

    :raises DraftConflict: another device changed it since `base_rev`; carries the other draft.
    :raises ValidationFailed: a reply to no message of this conversation, or files that are not the caller's own.
    """
    if given is None:
        seat.draft = None
        return
    known_rev = seat.draft["rev"] if seat.draft else 0
    if given.base_rev != known_rev:
        raise DraftConflict(draft=seat.draft)
    text = clean_text(given.text, field="draft.text")
    _check_reply(user, seat, given)
    _check_files(user, given)
    if not text and not given.attachment_ids and given.reply_to_id is None:
        seat.draft = None
        return
    shown = {
        "text": text,
        "replyToId": None if given.reply_to_id is None else str(given.reply_to_id),
        "attachmentIds": [str(attachment_id) for attachment_id in given.attachment_ids],
    }
    if seat.draft and shown.items() <= seat.draft.items():
        return
    seat.draft_rev += 1
    seat.draft = {**shown, "rev": seat.draft_rev, "updatedAt": iso(timezone.now())}


def _check_reply(user: User, seat: Participant, given: DraftInput) -> None:
    if given.reply_to_id is None:
        return
    try:
        access.message_of(user=user, message_id=given.reply_to_id, conversation_id=seat.conversation_id)
    except NotFound:
        raise ValidationFailed.at("draft.replyToId", "There is no such message in this conversation.") from None


def _check_files(user: User, given: DraftInput) -> None:
    wanted = set(given.attachment_ids)
    if len(wanted) > MAX_ATTACHMENTS:
        raise ValidationFailed.at("draft.attachmentIds", f"At most {MAX_ATTACHMENTS} files.")
    if wanted and Attachment.objects.filter(pk__in=wanted, owner=user, message__isnull=True).count() != len(wanted):
        raise ValidationFailed.at("draft.attachmentIds", "One of these files is not there, not yours or already sent.")
