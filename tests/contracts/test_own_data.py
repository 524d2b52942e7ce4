"""The contract's section "Own data", called and refused."""

import pytest

from tests.conftest import PASSWORD
from tests.contracts.cases import Case, check_refusal, check_success, name_of
from tests.contracts.situations import after, three_exports_made
from tests.contracts.stage import Stage

ERASE = {"password": PASSWORD, "confirm": "erase"}

SUCCESSES = (
    Case("askForExport", "202", answer="exportId state"),
    Case("eraseMe", "202", ERASE, answer="code state"),
)

REFUSALS = (
    Case("getExport", "404 not_found", path={"exportId": "$absent"}, details=""),
    Case("askForExport", "400 validation_error", key="k" * 129, details="Idempotency-Key"),
    Case("askForExport", "409 nonce_reused", {"a": 1}, key="k", details="", before=after(Case("askForExport", "",
         key="k"))),
    Case("askForExport", "429 rate_limited", before=three_exports_made),
    Case("eraseMe", "401 invalid_credentials", {**ERASE, "password": "wrong"}, details=""),
    Case("eraseMe", "400 validation_error", {**ERASE, "confirm": "yes"}, details="confirm"),
    Case("eraseMe", "400 validation_error", {"confirm": "erase"}, details="password", why="password"),
    Case("eraseMe", "429 rate_limited", ERASE,
         before=after(Case("eraseMe", "", {**ERASE, "password": "wrong"}), times=10, status=401)),
    Case("getReceipt", "404 not_found", path={"code": "none"}, by="nobody", details=""),
)  # fmt: skip


@pytest.mark.parametrize("case", SUCCESSES, ids=name_of)
def test_it_is_answered_as_promised(stage: Stage, case: Case) -> None:
    check_success(stage, case)


@pytest.mark.parametrize("case", REFUSALS, ids=name_of)
def test_it_is_refused_as_promised(stage: Stage, case: Case) -> None:
    check_refusal(stage, case)


def test_an_export_that_is_being_made_says_so_at_its_address(stage: Stage) -> None:
    asked = check_success(stage, Case("askForExport", "202", answer="exportId state"))

    again = check_success(
        stage, Case("getExport", "202", path={"exportId": asked["exportId"]}, answer="exportId state")
    )

    assert (again["exportId"], again["state"]) == (asked["exportId"], "waiting")


def test_a_receipt_code_opens_its_receipt_without_signing_in(stage: Stage) -> None:
    code = check_success(stage, Case("eraseMe", "202", ERASE, answer="code state"))["code"]

    receipt = check_success(
        stage,
        Case("getReceipt", "200", by="nobody", path={"code": code},
             answer="state messages requestedAt finishedAt checkedAt stores"),
    )  # fmt: skip

    assert {frozenset(store) for store in receipt["stores"]} <= {
        frozenset(("store", "count", "state", "remaining", "note"))
    }
