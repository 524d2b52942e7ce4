"""Celery executes, PostgreSQL remembers: tasks take ids only, and may run twice."""

import os
from urllib.parse import urlsplit

from celery import Celery
from celery.schedules import crontab
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def broker_of(redis_url: str) -> str:
    """Spell the address of Valkey as Celery wants it."""
    if redis_url == "memory":
        return "memory://localhost"  # a host, so that kombu does not warn of having none
    parts = urlsplit(redis_url)
    if parts.scheme == "unix":
        return f"redis+socket://{parts.path}?virtual_host={parts.query.removeprefix('db=') or '0'}"
    return redis_url


app = Celery("messenger")
app.set_default()  # for every thread: else only the first one's tasks go to our broker
app.conf.update(
    broker_url=broker_of(settings.REDIS_URL),
    broker_connection_retry_on_startup=True,
    broker_transport_options={"visibility_timeout": 600},
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_serializer="json",
    accept_content=["json"],
    timezone="UTC",
    worker_hijack_root_logger=False,
    worker_prefetch_multiplier=1,
    task_always_eager=settings.REDIS_URL == "memory",
    beat_schedule_filename=str(settings.STATE / "beat"),
    beat_schedule={
        "work the outbox": {"task": "messenger.tasks.work_outbox", "schedule": 1.0, "options": {"expires": 5}},
        "wipe deleted messages": {"task": "messenger.tasks.wipe_deleted", "schedule": 10.0},
        "sweep unsent files": {"task": "messenger.tasks.sweep_uploads", "schedule": 600.0},
        "clear presence": {"task": "presence.tasks.clear", "schedule": 60.0},
        "forget requests": {"task": "messenger.tasks.forget_requests", "schedule": crontab(minute="20")},
        "forget the outbox": {"task": "messenger.tasks.forget_outbox", "schedule": crontab(minute="40")},
        "sweep data exports": {"task": "messenger.tasks.sweep_data_exports", "schedule": crontab(minute="50")},
        "keep retention": {"task": "messenger.tasks.keep_retention", "schedule": crontab(hour="3", minute="40")},
        "forget old sign-ins": {"task": "messenger.tasks.forget_sign_ins", "schedule": crontab(hour="3", minute="10")},
    },
)
app.autodiscover_tasks()
