from django.db.models import F, Q

from messenger.errors import NotFound
from messenger.models import Attachment, User
from messenger.snapshots import AttachmentSnapshot


def attachment_snapshot(kept: Attachment) -> AttachmentSnapshot:
    """A stored file as messages show it."""
    return AttachmentSnapshot(
        id=kept.pk,
        filename=kept.filename,
        mime_type=kept.mime_type,
        size=kept.size,
        width=kept.width,
        height=kept.height,
        has_thumbnail=bool(kept.thumbnail_name),
    )


def attachment_for(*, user: User, attachment_id: int) -> Attachment:
    """A file that the caller may fetch: their own unsent one, or one of a message that they may read.

    :raises NotFound: anything else, also a file of a deleted message.
    """
    own = Q(message__isnull=True, owner=user)
    readable = Q(
        message__deleted_at__isnull=True,
        message__conversation__seats__user=user,
        message__conversation__seats__left_at__isnull=True,
        message__seq__gte=F("message__conversation__seats__history_from_seq"),
    )
    found = Attachment.objects.filter(Q(pk=attachment_id) & (own | readable)).first()
    if found is None:
        raise NotFound
    return found
