"""Files: taken in, checked by their content, kept in private storage, and gone with their message."""

import hashlib
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from messenger.errors import FileTooLarge, ValidationFailed
from messenger.models import Attachment, User
from messenger.services import limits
from messenger.services.drafts import MAX_ATTACHMENTS, MAX_TOTAL_BYTES
from messenger.services.file_names import clean_file_name
from messenger.services.file_types import IMAGES, mime_type_of
from messenger.services.pictures import remake
from messenger.services.preview_pictures import delete_pictures_of, sweep_pictures

UNSENT_KEPT_FOR = timedelta(hours=24)
STORAGE = "attachments"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Prepared:
    """A file that may be kept: its final content and what is known of it."""

    content: bytes
    thumbnail: bytes
    filename: str
    mime_type: str
    sha256: str
    width: int | None = None
    height: int | None = None


def check_sizes(files: Sequence["UploadedFile[bytes]"]) -> None:
    """Refuse too many or too large files before any is read.

    :raises ValidationFailed: none at all, more than 10, or an empty one.
    :raises FileTooLarge: one over `MESSENGER_ATTACHMENT_MAX_BYTES`, or 25 MiB together.
    """
    sizes = [file.size or 0 for file in files]
    largest = settings.MESSENGER_ATTACHMENT_MAX_BYTES
    if len(files) > MAX_ATTACHMENTS:
        raise ValidationFailed.at("attachments", f"At most {MAX_ATTACHMENTS} files a message.")
    if any(size == 0 for size in sizes):
        raise ValidationFailed.at("attachments", "This file is empty.")
    if any(size > largest for size in sizes):
        raise FileTooLarge(f"At most {largest:,} bytes a file.", limit=largest)
    if sum(sizes) > MAX_TOTAL_BYTES:
        raise FileTooLarge(f"At most {MAX_TOTAL_BYTES:,} bytes a message.", limit=MAX_TOTAL_BYTES)


def upload(*, owner: User, files: Sequence["UploadedFile[bytes]"]) -> list[Attachment]:
    """Keep files to be sent with a message within 24 h. All of them, or none.

    :raises UnsupportedFileType: a file whose content is none of the types taken.
    :raises FileTooLarge: too many bytes, or a picture of too many pixels.
    :raises RateLimited: over the tier's limit of uploads.
    """
    check_sizes(files)
    for _ in files:
        limits.charge(kind="uploads", user=owner)
    prepared = [_prepare(file.name or "", file.read()) for file in files]
    kept: list[Attachment] = []
    try:
        with transaction.atomic():
            kept += [_keep(owner, item) for item in prepared]
    except BaseException:
        _remove_files(kept)
        raise
    return kept


def forget(attachments: Iterable[Attachment]) -> None:
    """Delete unsent uploads with their files: the send they came with was a repeat, or refused."""
    unsent = Attachment.objects.filter(pk__in=[item.pk for item in attachments], message__isnull=True)
    _delete(list(unsent))


def sweep_unsent() -> int:
    """Delete what nobody sent within 24 h, and pictures that no preview shows; gives the number. Safe to run twice."""
    old = Attachment.objects.filter(message__isnull=True, created_at__lt=timezone.now() - UNSENT_KEPT_FOR)
    return sweep_pictures() + _delete(list(old[:500]))


def delete_files_of(message_ids: Sequence[int]) -> int:
    """Delete the files of wiped messages, and the pictures of their links; gives the number of files."""
    delete_pictures_of(message_ids)
    return _delete(list(Attachment.objects.filter(message_id__in=message_ids)))


def _prepare(name: str, content: bytes) -> _Prepared:
    mime_type = mime_type_of(content)
    filename = clean_file_name(name, mime_type=mime_type)
    sha256 = hashlib.sha256(content).hexdigest()
    if mime_type not in IMAGES:
        return _Prepared(content=content, thumbnail=b"", filename=filename, mime_type=mime_type, sha256=sha256)
    picture = remake(content, mime_type)
    return _Prepared(
        content=picture.content,
        thumbnail=picture.thumbnail,
        filename=filename,
        mime_type=mime_type,
        sha256=sha256,
        width=picture.width,
        height=picture.height,
    )


def _keep(owner: User, item: _Prepared) -> Attachment:
    storage, now = storages[STORAGE], timezone.now()
    folder = f"{now:%Y/%m}/{uuid.uuid4().hex}"
    return Attachment.objects.create(
        owner=owner,
        storage_name=storage.save(f"{folder}/file", ContentFile(item.content)),
        thumbnail_name=storage.save(f"{folder}/thumbnail", ContentFile(item.thumbnail)) if item.thumbnail else "",
        filename=item.filename,
        mime_type=item.mime_type,
        size=len(item.content),
        width=item.width,
        height=item.height,
        sha256=item.sha256,
        created_at=now,
    )


def _delete(attachments: Sequence[Attachment]) -> int:
    """Each row with its files, or neither: where the storage is out of reach, the next sweep finds the row again."""
    for item in attachments:
        with transaction.atomic():
            Attachment.objects.filter(pk=item.pk).delete()
            _remove_files([item])
    return len(attachments)


def _remove_files(attachments: Iterable[Attachment]) -> None:
    storage = storages[STORAGE]
    for item in attachments:
        for name in (item.storage_name, item.thumbnail_name):
            if name:
                storage.delete(name)
