"""The contract's rules for every contract, tried on every operation of the API document."""

import json

import pytest
from django.test import TestCase

from config.apidoc.tables import operations
from messenger.api.operations.entries import Operation
from tests.contracts.cases import Case, address_of, check_error_body
from tests.contracts.stage import Stage
from tests.matrix.scene import everything_stored
from tests.rest import Rest

ALL = tuple(operations().values())
PROTECTED = tuple(operation for operation in ALL if operation.access in ("signed_in", "admin"))
BY_COOKIE = tuple(operation for operation in ALL if operation.access != "open" and operation.is_unsafe)
WITH_BODY = tuple(operation for operation in ALL if operation.body is not None)
IDS = dict.fromkeys(
    ("userId", "signInId", "attachmentId", "pictureId", "exportId", "reportId", "fileId", "code"), "$absent"
)
CALLERS = {"admin": "adam", "open": "nobody"}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def name_of(operation: Operation) -> str:
    return operation.name


def address(stage: Stage, operation: Operation) -> str:
    """Where the operation is called for alice's own things, and for others that are not there."""
    return address_of(stage, Case(operation.name, "", path=IDS), operation)


def refused(stage: Stage, rest: Rest, operation: Operation, body: object = None, **headers: str) -> tuple[int, str]:
    """Status and code of a refusal, in the contract's body; nothing was stored or told."""
    stored = everything_stored()
    with TestCase.captureOnCommitCallbacks() as told:
        status, answer = rest.call(operation.method, address(stage, operation), body, **headers)
    check_error_body(answer)
    assert told == []
    assert everything_stored() == stored
    return status, answer["code"]


@pytest.mark.parametrize("operation", PROTECTED, ids=name_of)
def test_who_is_not_signed_in_is_told_so(stage: Stage, operation: Operation) -> None:
    rest = stage.client("nobody")

    assert refused(stage, rest, operation, {}) == (401, "unauthenticated")
    assert rest.last.headers["WWW-Authenticate"] == 'Bearer realm="messenger"'


@pytest.mark.parametrize("operation", PROTECTED, ids=name_of)
def test_a_token_that_is_not_ours_proves_nobody(stage: Stage, operation: Operation) -> None:
    assert refused(stage, Rest(csrf=False, token="no token"), operation, {}) == (401, "unauthenticated")


@pytest.mark.parametrize("operation", BY_COOKIE, ids=name_of)
@pytest.mark.parametrize("token", [None, "wrong"])
def test_by_cookie_nothing_happens_without_the_csrf_token(
    stage: Stage, operation: Operation, token: str | None
) -> None:
    rest = stage.client("adam" if operation.access == "admin" else "alice")
    del rest.headers["X-CSRF-Token"]

    answered = refused(stage, rest, operation, {}, **({} if token is None else {"X_CSRF_Token": token}))

    assert answered == (403, "csrf_failed")


@pytest.mark.parametrize("operation", PROTECTED, ids=name_of)
def test_a_person_acts_for_nobody_else(stage: Stage, operation: Operation) -> None:
    answered = refused(stage, stage.client("alice"), operation, {}, X_Act_As=stage.ids["bob"])

    assert answered == (403, "not_allowed")


@pytest.mark.parametrize("operation", WITH_BODY, ids=name_of)
@pytest.mark.parametrize("body", [b"{", b"[]", b'"text"', b'{"a": NaN}', b'{"a": 1, "a": 2}'])
def test_what_is_no_json_object_is_refused_at_the_body(stage: Stage, operation: Operation, body: bytes) -> None:
    rest = stage.client("integrator" if operation.name == "moveFlow" else CALLERS.get(operation.access, "alice"))

    assert refused(stage, rest, operation, body) == (400, "validation_error")
    assert set(json.loads(rest.last.getvalue())["details"]) == {"body"}


@pytest.mark.parametrize("operation", ALL, ids=name_of)
def test_a_slash_at_the_end_makes_no_difference(stage: Stage, operation: Operation) -> None:
    rest = stage.client({"admin": "adam"}.get(operation.access, "alice"))
    without = address(stage, operation)

    answers = []
    for path in (without, f"{without}/"):
        with stage.undone():
            status, answer = rest.call(operation.method, path, {"content": ""})
            answers.append((status, set(answer), answer.get("code"), answer.get("details")))

    assert answers[0] == answers[1]
    assert answers[0][2] != "unknown_route"


@pytest.mark.parametrize("path", sorted({operation.path for operation in ALL}))
def test_a_method_that_a_route_does_not_know_is_405(stage: Stage, path: str) -> None:
    served = {operation.method for operation in ALL if operation.path == path}
    (operation, *_) = [operation for operation in ALL if operation.path == path]
    rest, where = stage.client("adam"), address_of(stage, Case(operation.name, "", path=IDS, by="alice"), operation)

    for method in set(METHODS) - served:
        status, answer = rest.call(method, where, {})

        check_error_body(answer)
        assert (status, answer["code"]) == (405, "method_not_allowed")
        assert set(rest.last.headers["Allow"].replace(" ", "").split(",")) - {"HEAD", "OPTIONS"} == served


@pytest.mark.parametrize("number_or_text", [int, str])
def test_ids_are_taken_as_numbers_and_as_decimal_strings(stage: Stage, number_or_text: type) -> None:
    bob, talk = number_or_text(stage.ids["bob"]), number_or_text(stage.ids["talk"])
    alice = stage.client("alice")

    statuses = [
        alice.post("/api/v4/messenger/conversations", {"participantIds": [bob]})[0],
        alice.post("/api/v4/messenger/typing", {"conversationId": talk})[0],
        alice.post("/api/v4/messenger/blocks", {"userId": bob})[0],
        alice.post("/api/v4/messenger/sync", {"conversations": {}, "only": [talk]})[0],
    ]

    assert statuses == [200, 200, 201, 200]


@pytest.mark.parametrize("path", ["/api/v4/csrf-token", "/api/v1/csrf-token", "/api/csrf-token"])
def test_every_address_of_the_csrf_token_gives_it_and_sets_its_cookie(db: None, path: str) -> None:
    rest = Rest(csrf=False)

    status, answer = rest.get(path)

    assert (status, set(answer)) == (200, {"success", "csrfToken", "token"})
    assert answer["csrfToken"] == answer["token"]
    assert not rest.django.cookies["csrf"]["httponly"]


@pytest.mark.parametrize("header", ["X-CSRF-Token", "CSRF-Token", "X-XSRF-Token", "X-CSRFToken"])
def test_each_name_of_the_csrf_header_counts(stage: Stage, header: str) -> None:
    rest = stage.client("alice")
    rest.headers = {header: rest.headers["X-CSRF-Token"]}

    assert rest.post(f"/api/v4/messenger/conversations/{stage.ids['talk']}/read")[0] == 200


def test_an_address_that_is_none_is_an_unknown_route(db: None) -> None:
    status, answer = Rest().get("/api/v4/messenger/nothing")

    check_error_body(answer)
    assert (status, answer["code"]) == (404, "unknown_route")
