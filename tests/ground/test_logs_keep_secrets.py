import json

import pytest

from tests.ground.processes import PRODUCTION, run_python

_PROGRAM = """
import logging, config.settings, structlog
structlog.contextvars.bind_contextvars(request_id="r-1", connection_id="c-1")
log = logging.getLogger("messenger.sending")
planted = "{planted}"
log.warning("refused %s", planted)
try:
    raise ValueError(planted)
except ValueError:
    log.exception("could not send")
    structlog.get_logger("messenger").exception("again", note=planted, rows=[planted])
"""


@pytest.mark.parametrize(
    "planted",
    [
        "alice@example.com",
        "Authorization: Bearer abc.def-123",
        "eyJhbGciOi.eyJzdWIiOi.c2lnbmF0dXJl",
        "msk_0a1b2c3d",
        "/auth/reset/2/dichno-abbdce4e6aa75677fb1d1d261a81355e/",
        "/api/v4/erasure/Zq81-receipt",
    ],
)
def test_an_address_or_a_token_reaches_no_log(planted: str) -> None:
    said = run_python("-c", _PROGRAM.format(planted=planted), settings=PRODUCTION).stderr

    assert planted.removeprefix("Authorization: Bearer ") not in said
    assert json.loads(said.splitlines()[0])["event"].startswith("refused ")
    assert "[private]" in said


def test_an_error_is_told_by_kind_and_place_not_by_what_somebody_wrote() -> None:
    program = _PROGRAM.replace('log.warning("refused %s", planted)', "").replace(", note=planted, rows=[planted]", "")

    said = run_python("-c", program.format(planted="the surprise party is on Friday"), settings=PRODUCTION).stderr

    entries = [json.loads(line) for line in said.splitlines()]
    assert [(entry["event"], entry["error"]) for entry in entries] == [
        ("could not send", "builtins.ValueError"),
        ("again", "builtins.ValueError"),
    ]
    assert "surprise" not in said


def test_each_line_names_its_request_and_connection() -> None:
    said = run_python("-c", _PROGRAM.format(planted="nothing"), settings=PRODUCTION).stderr

    first = json.loads(said.splitlines()[0])
    assert (first["request_id"], first["connection_id"]) == ("r-1", "c-1")
    assert (first["level"], first["logger"], first["event"]) == ("warning", "messenger.sending", "refused nothing")


_REQUESTS = """
import django; django.setup()
from django.test import Client
asked = Client(raise_request_exception=False).get("/no-such-page", secure=True, headers={"host": "chat.example.com"})
print(asked.status_code, asked.headers["X-Request-Id"])
"""


def test_a_refused_request_is_logged_with_the_id_that_its_answer_bears() -> None:
    ran = run_python("-c", _REQUESTS, settings={**PRODUCTION, "DJANGO_SETTINGS_MODULE": "config.settings"})

    (entry,) = [json.loads(line) for line in ran.stderr.splitlines()]
    assert (entry["event"], entry["logger"]) == ("Not Found: /no-such-page", "django.request")
    assert ran.stdout.split() == ["404", entry["request_id"]]


_JOBS = """
import time, django; django.setup()
from celery.schedules import schedule
from config import jobs
from config.celery import app

@app.task(name="told.twice")
def tell() -> None:
    raise ValueError("the surprise party is on Friday")

app.conf.beat_schedule = {"tell": {"task": "told.twice", "schedule": 0.1}}
jobs.LOOK_EVERY_S = 0.2
thread = jobs.JobThread()
thread.start()
time.sleep(1)
thread.stop()
"""


def test_a_job_that_failed_is_told_by_kind_too() -> None:
    settings = {**PRODUCTION, "REDIS_URL": "memory", "DJANGO_SETTINGS_MODULE": "config.settings"}

    said = run_python("-c", _JOBS, settings=settings).stderr

    entries = [json.loads(line) for line in said.splitlines()]
    assert {entry["logger"] for entry in entries} == {"celery.app.trace", "config.jobs"}
    assert {entry["error"] for entry in entries} == {"builtins.ValueError"}
    assert "surprise" not in said
