"""The rows of the contract's tables against the tests that walk them: what has no test is red."""

import ast
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from config.apidoc.tables import operations
from messenger.api.operations.entries import Operation
from tests.contracts import (
    test_administration,
    test_campaigns_and_bids,
    test_conversations,
    test_messages,
    test_own_data,
    test_presence,
    test_signing_in,
    test_staying_in_sync,
)
from tests.contracts.cases import Case

TESTS = Path(__file__).resolve().parent.parent
SECTIONS = (
    test_signing_in, test_conversations, test_messages, test_staying_in_sync, test_presence, test_own_data,
    test_campaigns_and_bids, test_administration,
)  # fmt: skip
SUCCESSES: tuple[Case, ...] = tuple(case for section in SECTIONS for case in section.SUCCESSES)
REFUSALS: tuple[Case, ...] = tuple(case for section in SECTIONS for case in (*section.REFUSALS,))

# codes that test_rules_for_every_route and the matrix try on every operation, or that a healthy server never answers
ON_EVERY_ROUTE = {"unauthenticated", "csrf_failed", "admin_required", "not_allowed", "not_found", "unavailable"}


@cache
def rows() -> list[dict[str, Any]]:
    read: list[dict[str, Any]] = tomllib.loads((TESTS / "contracts" / "rows.toml").read_text())["row"]
    return read


def _by_name() -> dict[str, Operation]:
    return {operation.name: operation for operation in operations().values()}


def test_every_operation_belongs_to_a_row_of_the_contract() -> None:
    named = [name for row in rows() for name in row.get("operations", [])]

    assert sorted(named) == sorted(_by_name())


def test_a_row_is_walked_or_says_in_which_step_it_is_built() -> None:
    assert [row for row in rows() if not row.get("operations") and row.get("built_in_step") != 4] == []


def test_every_promise_names_a_test_that_is_there() -> None:
    wanted = [test for row in rows() for test in row.get("promises", {}).values()]

    assert [test for test in wanted if not _is_there(test)] == []


def test_every_success_that_is_documented_is_tried() -> None:
    elsewhere = {("uploadFile", "201"), ("exportConversation", "200"), ("endSession", "200"), ("refreshTokens", "200"),
                 ("revokeTokens", "200"), ("getReceipt", "200"), ("getExport", "202")}  # fmt: skip
    files = {"getFile", "getThumbnail", "getPreviewPicture", "getEvidenceFile", "getExport"}
    tried = {(case.operation, case.expected) for case in SUCCESSES} | elsewhere
    known = {(name, str(status)) for name, operation in _by_name().items() for status in operation.answers}

    assert {pair for pair in known - tried if pair[0] not in files} == set()
    assert tried - known == set()


def test_every_refusal_that_is_documented_is_tried() -> None:
    elsewhere = {
        ("uploadFile", code) for code in ("validation_error", "file_too_large", "unsupported_file_type", "nonce_reused",
                                          "rate_limited")
    } | {("sendMessage", "file_too_large"), ("sendMessage", "unsupported_file_type")}  # fmt: skip
    races = {("openConversation", "cannot_message"), ("openConversation", "automated_mode")}  # between look and write
    known = {(name, error.code) for name, operation in _by_name().items() for error in operation.every_error}
    tried = {(case.operation, case.code) for case in REFUSALS} | elsewhere

    assert {pair for pair in known - tried - races if pair[1] not in ON_EVERY_ROUTE} == set()
    assert tried - known == set()


def test_every_parameter_and_field_that_is_documented_is_tried() -> None:
    missing = []
    for name, operation in _by_name().items():
        said = " ".join(f"{case.query} {case.body}" for case in (*SUCCESSES, *REFUSALS) if case.operation == name)
        missing += [
            (name, field) for field in _fields(operation) if f"'{field}'" not in said and f"{field}=" not in said
        ]

    assert missing == []


def _fields(operation: Operation) -> Iterable[str]:
    for kind in (operation.query, operation.body):
        if kind is not None:
            yield from kind.__struct_encode_fields__


def _is_there(test: str) -> bool:
    path, _, name = test.partition("::")
    return name in _tests_of(TESTS / path)


@cache
def _tests_of(path: Path) -> set[str]:
    if not path.exists():
        return set()
    return {
        node.name
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
