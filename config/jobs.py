"""The beat table carried out by a thread of the web process: for `REDIS_URL=memory`, where no worker runs."""

import threading
import time
from datetime import timedelta
from typing import Any

import structlog
from celery.schedules import BaseSchedule, schedule
from django.db import close_old_connections
from django.utils import timezone

from config.celery import app
from messenger.cores import roam

logger = structlog.get_logger(__name__)

LOOK_EVERY_S = 1.0


class JobThread:
    """Runs each entry of the beat table when it is due, one after the other."""

    def __init__(self) -> None:
        app.loader.import_default_modules()  # only a worker would: without it no task is known by its name
        self._is_stopping = threading.Event()
        self._last_run = {name: timezone.now() for name in app.conf.beat_schedule}
        self._thread = threading.Thread(target=self._run, name="jobs", daemon=True)

    def start(self) -> None:
        """Begin; the first runs come when they are due."""
        self._thread.start()

    def stop(self) -> None:
        """End after the job that is running."""
        self._is_stopping.set()
        self._thread.join(timeout=5)

    def _run(self) -> None:
        roam()
        while not self._is_stopping.wait(LOOK_EVERY_S):
            for name, entry in app.conf.beat_schedule.items():
                if _schedule_of(entry).is_due(self._last_run[name]).is_due:
                    self._last_run[name] = timezone.now()
                    self._carry_out(name, entry)
            close_old_connections()

    def _carry_out(self, name: str, entry: dict[str, Any]) -> None:
        began = time.monotonic()
        result = app.tasks[entry["task"]].apply(kwargs=entry.get("kwargs", {}))
        if result.failed():
            logger.error("a job failed", job=name, exc_info=result.result)
        logger.debug("job done", job=name, seconds=round(time.monotonic() - began, 3))


def _schedule_of(entry: dict[str, Any]) -> BaseSchedule:
    when = entry["schedule"]
    return when if isinstance(when, BaseSchedule) else schedule(timedelta(seconds=when))
