"""Pictures of link previews: small copies that we made anew, in private storage, gone with the preview."""

import hashlib
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from messenger.models import Message, PreviewPicture
from messenger.services.file_types import IMAGES, mime_type_of
from messenger.services.pictures import remake

STORAGE = "attachments"
_AT_ONCE = 500


def copy_of(picture: bytes) -> bytes | None:
    """A small WebP of a picture, without anything but what it shows; None for what is no picture.

    :raises UnsupportedFileType: it cannot be read.
    :raises FileTooLarge: more pixels than are taken.
    """
    mime_type = mime_type_of(picture)
    return remake(picture, mime_type).thumbnail if mime_type in IMAGES else None


@contextmanager
def stored(copy: bytes) -> Iterator[PreviewPicture]:
    """The copy in storage, with a row that is not saved yet: unless it is by the end, the file goes again."""
    storage, now = storages[STORAGE], timezone.now()
    name = storage.save(f"previews/{now:%Y/%m}/{uuid.uuid4().hex}", ContentFile(copy))
    row = PreviewPicture(storage_name=name, sha256=hashlib.sha256(copy).hexdigest(), size=len(copy), created_at=now)
    try:
        yield row
    finally:
        if not PreviewPicture.objects.filter(storage_name=name).exists():
            storage.delete(name)


def let_go(message: Message) -> None:
    """Take its picture from a message that loses its preview: nobody gets it from now on, and its file goes next."""
    if PreviewPicture.objects.filter(message=message).update(message=None):
        transaction.on_commit(sweep_pictures, robust=True)


def sweep_pictures() -> int:
    """Delete pictures that no message shows; gives the number. Safe to run twice."""
    return delete_pictures(PreviewPicture.objects.filter(message__isnull=True).order_by("pk")[:_AT_ONCE])


def delete_pictures_of(message_ids: Sequence[int]) -> int:
    """Delete the pictures of wiped messages; gives the number."""
    return delete_pictures(PreviewPicture.objects.filter(message_id__in=message_ids))


def delete_pictures(pictures: QuerySet[PreviewPicture]) -> int:
    """Delete these, each row with its file or neither; gives the number."""
    found = list(pictures)
    for picture in found:
        with transaction.atomic():
            PreviewPicture.objects.filter(pk=picture.pk).delete()
            storages[STORAGE].delete(picture.storage_name)
    return len(found)
