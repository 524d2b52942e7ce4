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
    ["alice@example.com", "Authorization: Bearer abc.def-123", "eyJhbGciOi.eyJzdWIiOi.c2lnbmF0dXJl", "msk_0a1b2c3d"],
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
