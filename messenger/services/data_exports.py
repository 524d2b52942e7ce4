"""A person's own data, as a file that a task makes and that is kept for 7 days."""

import hashlib
import tempfile
import uuid
from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.core.files import File
from django.core.files.storage import storages
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from messenger.errors import NotFound, RateLimited
from messenger.models import DataExport, User
from messenger.services import outbox
from messenger.services.attachments import STORAGE
from messenger.services.data_archive import write_archive
from messenger.services.outbox import Carrier, Failure, Work
from messenger.shapes import iso

EXPORT_TOPIC = "data-export"
KEPT_FOR = timedelta(days=7)
A_DAY = timedelta(days=1)
PER_DAY = 3
MAX_ATTEMPTS = 5


@transaction.atomic
def request_export(*, user: User) -> DataExport:
    """Ask for one's own data; one that is waiting is the same one.

    :raises RateLimited: three were made in the last day.
    """
    User.objects.select_for_update().get(pk=user.pk)
    waiting = DataExport.objects.filter(user=user, state=DataExport.State.WAITING).first()
    if waiting is not None:
        return waiting
    now = timezone.now()
    recent = DataExport.objects.filter(user=user, created_at__gt=now - A_DAY).order_by("created_at")
    if recent.count() >= PER_DAY:
        free_at = recent[0].created_at + A_DAY
        raise RateLimited(retry_after=(free_at - now).total_seconds(), limit=PER_DAY, remaining=0, resetAt=iso(free_at))
    export = DataExport.objects.create(user=user, created_at=now)
    outbox.add(topic=EXPORT_TOPIC, payloads=[{"exportId": export.pk}])
    return export


def export_for(*, user: User, export_id: int) -> DataExport:
    """One's own export.

    :raises NotFound: somebody else's, or none, or its 7 days are over.
    """
    alive = Q(expires_at__isnull=True) | Q(expires_at__gt=timezone.now())
    found = DataExport.objects.filter(alive, user=user, pk=export_id).first()
    if found is None:
        raise NotFound
    return found


def make_exports(works: Sequence[Work]) -> Mapping[int, Failure]:
    """Make what is waiting. One that could not be made four times has failed, and says so."""
    failures: dict[int, Failure] = {}
    for work in works:
        export = DataExport.objects.select_related("user").filter(pk=work.payload["exportId"]).first()
        if export is None or export.state != DataExport.State.WAITING or export.user.erased_at is not None:
            continue
        if work.attempt >= MAX_ATTEMPTS:
            DataExport.objects.filter(pk=export.pk).update(
                state=DataExport.State.FAILED, expires_at=timezone.now() + KEPT_FOR
            )
            failures[work.id] = Failure("It failed too often.", is_final=True)
            continue
        _make(export)
    return failures


def sweep_exports() -> int:
    """Delete exports whose time is over; gives the number. Safe to run twice."""
    return delete_exports(DataExport.objects.filter(expires_at__lt=timezone.now()))


def delete_exports(exports: QuerySet[DataExport]) -> int:
    """Delete these exports with their files; gives the number."""
    names = dict(exports.values_list("pk", "storage_name"))
    for pk, name in names.items():
        with transaction.atomic():
            DataExport.objects.filter(pk=pk).delete()
            if name:
                storages[STORAGE].delete(name)
    return len(names)


def _make(export: DataExport) -> None:
    with tempfile.TemporaryFile() as file:
        write_archive(user=export.user, file=file)
        size = file.tell()
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        name = storages[STORAGE].save(f"exports/{uuid.uuid4().hex}.zip", File(file))
    now = timezone.now()
    made = DataExport.objects.filter(pk=export.pk, state=DataExport.State.WAITING).update(
        state=DataExport.State.READY,
        storage_name=name,
        size=size,
        sha256=digest,
        ready_at=now,
        expires_at=now + KEPT_FOR,
    )
    if not made:
        storages[STORAGE].delete(name)  # erased meanwhile


CARRIER = Carrier(
    topic=EXPORT_TOPIC,
    carry=make_exports,
    batch_size=1,
    max_leased=2,
    lease_s=1800,
    max_attempts=MAX_ATTEMPTS,
    first_delay_s=30.0,
)
