"""What the kernel does by the clock. Each task is safe to run twice."""

from celery import shared_task

from messenger.services import outbox
from messenger.services.attachments import sweep_unsent
from messenger.services.data_exports import sweep_exports
from messenger.services.editing import wipe_deleted_messages
from messenger.services.repeats import forget_repeats
from messenger.services.retention import apply_retention
from messenger.services.sign_ins import forget_old_sign_ins


@shared_task
def wipe_deleted(**_: object) -> int:
    """Wipe what can no longer be restored."""
    return wipe_deleted_messages()


@shared_task
def sweep_uploads(**_: object) -> int:
    """Delete files that nobody sent within a day."""
    return sweep_unsent()


@shared_task
def forget_sign_ins(**_: object) -> int:
    """Forget sign-ins that ended or expired long ago."""
    return forget_old_sign_ins()


@shared_task
def forget_requests(**_: object) -> int:
    """Forget creating requests that can no longer be repeated."""
    return forget_repeats()


@shared_task
def work_outbox(**_: object) -> None:
    """Let each topic that has something due be carried out by a task of its own, so that none waits for another."""
    for topic in outbox.topics_due():
        carry_out.delay(topic=topic)


@shared_task
def carry_out(*, topic: str, **_: object) -> int:
    """Carry out what is due of one topic."""
    return outbox.work_off(topic=topic)


@shared_task
def forget_outbox(**_: object) -> int:
    """Forget what was carried out long ago."""
    return outbox.forget_done()


@shared_task
def sweep_data_exports(**_: object) -> int:
    """Delete exports of own data that are older than 7 days."""
    return sweep_exports()


@shared_task
def keep_retention(**_: object) -> None:
    """Delete messages that are older than the operator allows."""
    apply_retention()
