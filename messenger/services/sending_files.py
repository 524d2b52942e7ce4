"""A send with its files in the same request: they are kept, then sent; what is not sent after all is forgotten."""

from collections.abc import Sequence

from django.core.files.uploadedfile import UploadedFile
from msgspec.structs import replace

from messenger.errors import MessengerError
from messenger.models import User
from messenger.selectors import access
from messenger.services.attachments import check_sizes, forget, upload
from messenger.services.drafts import Draft, clean
from messenger.services.sending import Sent, send_message


def send_with_files(*, sender: User, draft: Draft, files: Sequence["UploadedFile[bytes]"]) -> Sent:
    """Send a message with these files. A repeat of the same nonce and files gives the first message.

    :raises MessengerError: what refuses the files or the send; nothing of either is kept.
    """
    if not files:
        return send_message(draft)
    access.seat_of(user=sender, conversation_id=draft.conversation_id)
    check_sizes(files)
    clean(replace(draft, file_hashes=("any",), attachment_ids=(*draft.attachment_ids, *range(-len(files), 0))))
    kept = upload(owner=sender, files=files)
    with_files = replace(
        draft,
        attachment_ids=(*draft.attachment_ids, *(item.pk for item in kept)),
        file_hashes=(*map(str, draft.attachment_ids), *(item.sha256 for item in kept)),
    )
    try:
        sent = send_message(with_files)
    except MessengerError:
        forget(kept)
        raise
    if not sent.is_new:
        forget(kept)
    return sent
