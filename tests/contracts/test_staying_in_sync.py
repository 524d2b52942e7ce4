"""The contract's section "Staying in sync", called and refused."""

import pytest

from tests.contracts.cases import Case, check_refusal, check_success, name_of
from tests.contracts.situations import used_up
from tests.contracts.stage import Stage

SYNCED = "epoch conversations messages pointers positions removed unreadCount serverTime cursor hasMore"
LISTED = {"conversations": {"$talk": {"version": 1, "privateVersion": 0, "pointerSum": 0}, "$absent": {}}}
EVERYTHING = {**LISTED, "epoch": "another", "only": ["$talk", "$absent"], "limit": 500, "cursor": "0.0"}

SUCCESSES = (
    Case("sync", "200", {}, answer=SYNCED),
    Case("sync", "200", LISTED, answer=SYNCED, why="with a copy"),
    Case("sync", "200", EVERYTHING, answer=SYNCED, why="every field"),
)

REFUSALS = (
    *(
        Case("sync", "400 validation_error", {name: value}, details=at, why=name)
        for name, value, at in (
            ("conversations", [], "conversations"),
            ("only", "12", "only"),
            ("cursor", "forged", "cursor"),
            ("limit", 501, "limit"),
            ("epoch", 7, "epoch"),
        )
    ),
    Case(
        "sync", "400 validation_error", {"conversations": {str(n): {} for n in range(1, 502)}}, why="501 conversations"
    ),
    Case("sync", "429 rate_limited", {}, before=used_up("READS")),
)


@pytest.mark.parametrize("case", SUCCESSES, ids=name_of)
def test_it_is_answered_as_promised(stage: Stage, case: Case) -> None:
    check_success(stage, case)


@pytest.mark.parametrize("case", REFUSALS, ids=name_of)
def test_it_is_refused_as_promised(stage: Stage, case: Case) -> None:
    check_refusal(stage, case)


def test_what_is_not_listed_comes_whole_and_what_is_gone_is_removed(stage: Stage) -> None:
    talk, absent = stage.ids["talk"], stage.ids["absent"]

    answer = check_success(
        stage, Case("sync", "200", {"conversations": {absent: {}}, "only": [talk, absent]}, answer=SYNCED)
    )

    assert [conversation["id"] for conversation in answer["conversations"]] == [talk]
    assert [message["seq"] for message in answer["messages"][talk]] == [1, 2, 3]
    assert set(answer["positions"]) == {talk}
    assert set(answer["positions"][talk]) == {"version", "privateVersion", "pointerSum"}
    assert answer["removed"] == [absent]
