"""The answers of refusals: one response for each set of codes of a status, shared by the operations."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from messenger.errors import MessengerError, RateLimited, Unavailable, ValidationFailed

Json = dict[str, Any]

_DETAILS: Json = {
    "validation_error": {"content": ["Write something, or attach a file."]},
    "rate_limited": {"limit": 30, "remaining": 0, "resetAt": "2025-01-31T09:01:00.000Z"},
}
_RETRY_AFTER = {"description": "Seconds.", "schema": {"type": "integer", "minimum": 1}, "example": 12}
_CHALLENGE = {"description": "How to prove who one is.", "schema": {"type": "string"}}
_WORDS = {400: "Bad request", 401: "Not proved", 403: "Not allowed", 404: "Not found", 409: "Conflict"}


class Refusals:
    """Responses of refusals, gathered while the operations are written down."""

    def __init__(self) -> None:
        self.responses: Json = {}

    def of(self, errors: Iterable[type[MessengerError]]) -> Json:
        """The responses of these errors, by status."""
        by_status: dict[int, list[type[MessengerError]]] = defaultdict(list)
        for error in errors:
            by_status[error.status].append(error)
        return {str(status): self._reference(status, found) for status, found in sorted(by_status.items())}

    def _reference(self, status: int, errors: list[type[MessengerError]]) -> Json:
        known = {error.code: error for error in sorted(errors, key=lambda error: error.code)}
        name = f"{status}_{'_or_'.join(known)}"
        self.responses.setdefault(name, _response(status, known))
        return {"$ref": f"#/components/responses/{name}"}


def _response(status: int, known: dict[str, type[MessengerError]]) -> Json:
    lines = [f"`{code}`: {error.default_message}" for code, error in known.items()]
    response: Json = {
        "description": "\n\n".join([_WORDS.get(status, "Refused"), *lines]),
        "content": {
            "application/json": {
                "schema": _schema(sorted(known)),
                "examples": {code: {"value": example_of_error(error)} for code, error in known.items()},
            }
        },
    }
    if any(issubclass(error, RateLimited | Unavailable) for error in known.values()):
        response["headers"] = {"Retry-After": _RETRY_AFTER}
    elif status == 401:
        response["headers"] = {"WWW-Authenticate": _CHALLENGE}
    return response


def _schema(codes: list[str]) -> Json:
    properties: Json = {
        "success": {"const": False},
        "error": {"type": "string"},
        "message": {"type": "string", "description": "The same sentence."},
        "code": {"enum": codes},
        "details": {"type": "object"},
    }
    return {"type": "object", "required": list(properties), "properties": properties}


def example_of_error(error: type[MessengerError]) -> Json:
    """An answer of this kind."""
    details = _DETAILS.get(error.code, {})
    made = ValidationFailed.of(details) if error is ValidationFailed else error()
    return {
        "success": False,
        "error": made.message,
        "message": made.message,
        "code": error.code,
        "details": details,
    }
