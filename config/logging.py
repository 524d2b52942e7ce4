"""Logs: lines for people in debug, JSON outside; each with the request or connection that caused it.

Nothing private reaches them: addresses and tokens are masked wherever they stand, and outside debug an error is told by
its kind and its place, since its message may quote what somebody wrote.
"""

import logging.config
import re
import sys
import traceback
from types import TracebackType

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

_PRIVATE = re.compile(
    r"(?P<email>[^\s@\"'<>(),;:=]+@[^\s@\"'<>(),;:]+)"
    r"|\beyJ[\w-]+\.[\w-]+\.[\w-]*"  # JSON Web Tokens
    r"|\bmsk_[\w-]+"  # tokens of API clients
    r"|(?<=[?&]token=)[^&\s\"']+"
    r"|(?<=/auth/reset/)[^\s\"']+"  # whoever has the link has the account
    r"|(?<=/erasure/)[^\s\"']+"
    r"|(?<=[Bb]earer )[^\s\"']+"
)
REQUEST_ID = "messenger.request_id"  # of a request's META
_QUIET = ("uvicorn", "celery", "kombu", "amqp", "daphne", "twisted", "asyncio", "httpx", "httpcore", "PIL")
# an address that is not ours is its sender's defect: answered 400, and of no interest to anybody here
_LEVELS = dict.fromkeys(_QUIET, "WARNING") | {"django.security.DisallowedHost": "CRITICAL"}


def logging_of(*, level: str, as_json: bool) -> dict[str, object]:
    """Set up logging and return the table that Django shall not set it up from again."""
    steps: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        _name_request,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: list[Processor] = (
        [_tell_error_by_place, mask_private, structlog.processors.JSONRenderer()]
        if as_json
        else [
            mask_private,
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
            ),
        ]
    )
    table: dict[str, object] = {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": steps,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["stderr"], "level": level.upper()},
        "loggers": {name: {"level": level} for name, level in _LEVELS.items()},
    }
    logging.config.dictConfig(table)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *steps,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    return table


def mask_private(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace e-mail addresses and tokens in every text of a log entry."""
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = _PRIVATE.sub("[private]", value)
        elif name != "exc_info" and not isinstance(value, bool | int | float | None):
            event[name] = _PRIVATE.sub("[private]", str(value))
    return event


def _name_request(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Django tells of refused requests once their middleware, and with it their context, is over."""
    request = getattr(event.get("_record"), "request", None)
    request_id = getattr(request, "META", {}).get(REQUEST_ID)
    return {"request_id": request_id, **event} if request_id else event


def _tell_error_by_place(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    elif isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        # Celery, for one, says the error in its sentence as well
        event["event"] = str(event["event"]).replace(repr(error), type(error).__name__)
        event["error"] = f"{type(error).__module__}.{type(error).__qualname__}"
        event["at"] = " < ".join(_frames_of(error.__traceback__))
    return event


def _frames_of(trace: TracebackType | None) -> list[str]:
    """Name the places of a traceback, the innermost first, without the values that were there."""
    frames = traceback.extract_tb(trace)[-20:]
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in reversed(frames)]
