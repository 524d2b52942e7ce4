from django.db.models import F, Q

from messenger.errors import NotFound
from messenger.models import Attachment, PreviewPicture, User
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
    found = Attachment.objects.filter(Q(pk=attachment_id) & (own | _readable_by(user))).first()
    if found is None:
        raise NotFound
    return found


def preview_picture_for(*, user: User, picture_id: int) -> PreviewPicture:
    """The picture of a link preview of a message that the caller may read.

    :raises NotFound: anything else, also where the preview or the message is gone.
    """
    found = PreviewPicture.objects.filter(Q(pk=picture_id) & _readable_by(user)).first()
    if found is None:
        raise NotFound
    return found


def _readable_by(user: User) -> Q:
    return Q(
        message__deleted_at__isnull=True,
        message__conversation__seats__user=user,
        message__conversation__seats__left_at__isnull=True,
        message__seq__gte=F("message__conversation__seats__history_from_seq"),
    )
