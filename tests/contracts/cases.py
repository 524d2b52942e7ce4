"""One request and what the contract says of its answer, as data; `tests/contracts/test_*.py` hold the tables."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.test import TestCase

from config.apidoc.tables import operations
from messenger.api.operations.entries import Operation
from tests.contracts.stage import Stage
from tests.matrix.scene import everything_stored

Json = dict[str, Any]
_OTHERS_OWN = ("metadata", "currentActionData", "data", "context")  # may hold anything, or slugs as ids
Before = Callable[[Stage], object]


@dataclass(frozen=True)
class Case:
    """A call of an operation, by its name in the API document.

    `$name` in `path`, `query` and `body` stands for an id of the stage. `at` is the place that `conversationId` and
    `messageId` (of `by`'s own message there) mean. `answer` are the exact top-level fields beside `success`.
    """

    operation: str
    expected: str
    body: object = None
    at: str = "talk"
    path: Mapping[str, str] = field(default_factory=dict)
    query: str = ""
    by: str = "alice"
    key: str = ""
    before: Before | None = None
    answer: str = ""
    details: str | None = None
    why: str = ""

    @property
    def code(self) -> str:
        return self.expected.partition(" ")[2]


def name_of(case: Case) -> str:
    """Spells a case as a test's id."""
    words = [case.operation, case.expected.replace(" ", "-"), case.why.replace(" ", "-")]
    return " ".join(word for word in words if word)


def operation_called(name: str) -> Operation:
    """The operation of that name in the API document."""
    (found,) = [operation for operation in operations().values() if operation.name == name]
    return found


def ask(stage: Stage, case: Case) -> tuple[int, Json]:
    """Make the call."""
    operation = operation_called(case.operation)
    headers = {"Idempotency_Key": case.key} if case.key else {}
    body = filled(case.body, stage)
    return stage.client(case.by).call(operation.method, address_of(stage, case, operation), body, **headers)


def address_of(stage: Stage, case: Case, operation: Operation) -> str:
    """Where the call goes."""
    ids = {"conversationId": f"${case.at}", "messageId": f"${case.at}_by_{case.by}", **case.path}

    def named(found: re.Match[str]) -> str:
        return str(filled(ids[found[1]], stage))

    return f"/api/v4/{re.sub(r'{(.*?)}', named, operation.path)}{filled(case.query, stage)}"


def filled(value: Any, stage: Stage) -> Any:
    """The value with the stage's ids in the places of their names."""
    if isinstance(value, dict):
        return {filled(name, stage): filled(item, stage) for name, item in value.items()}
    if isinstance(value, list):
        return [filled(item, stage) for item in value]
    if isinstance(value, str):
        return re.sub(r"\$(\w+)", lambda found: stage.ids[found[1]], value)
    return value


def check_success(stage: Stage, case: Case) -> Json:
    """Make the call; it succeeds with exactly the case's status and fields. Gives the answer."""
    if case.before is not None:
        case.before(stage)

    status, answer = ask(stage, case)

    assert (str(status), set(answer)) == (case.expected, {"success", *case.answer.split()}), answer
    assert answer["success"] is True
    assert list(_misspelled(answer)) == []
    return answer


def _misspelled(value: Any, name: str = "") -> Iterator[tuple[str, object]]:
    """Ids that are no decimal strings and times that are not in the contract's one form, metadata left out."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _misspelled(item, key) if key not in _OTHERS_OWN else ()
    elif isinstance(value, list):
        for item in value:
            yield from _misspelled(item, name)
    elif value is not None:
        is_id = name in ("id", "_id") or name.endswith("Id")
        if is_id and not (isinstance(value, str) and value.isdecimal()):
            yield name, value
        if name.endswith("At") and not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", str(value)):
            yield name, value


def check_refusal(stage: Stage, case: Case) -> None:
    """Make the call; it is refused with this status and code in the contract's body, and nothing is stored or told."""
    if case.before is not None:
        case.before(stage)
    stored = everything_stored()

    with TestCase.captureOnCommitCallbacks() as told:
        status, answer = ask(stage, case)

    assert (f"{status} {answer.get('code')}", case.expected) == (case.expected, case.expected), answer
    check_error_body(answer)
    if case.details is not None:
        assert set(answer["details"]) == set(case.details.split())
    if case.code == "validation_error":
        assert all(isinstance(sentence, str) for sentences in answer["details"].values() for sentence in sentences)
    if case.code == "rate_limited":
        assert set(answer["details"]) == {"limit", "remaining", "resetAt"}
        assert int(stage.client(case.by).last.headers["Retry-After"]) >= 1
    assert told == []
    assert everything_stored() == stored


def check_error_body(answer: Json) -> None:
    """It is the contract's body of an error."""
    assert set(answer) == {"success", "error", "message", "code", "details"}
    assert answer["success"] is False
    assert answer["error"] == answer["message"] != ""
    assert isinstance(answer["details"], dict)
