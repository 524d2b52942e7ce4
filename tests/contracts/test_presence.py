"""The presence rows of the table "Presence, notifications, push"; the rest of it is built in step 4."""

import pytest

from tests.contracts.cases import Case, check_refusal, check_success, name_of
from tests.contracts.stage import Stage

SUCCESSES = (
    Case("getPresence", "200", path={"userId": "$bob"}, answer="presence"),
    Case("getPresence", "200", path={"userId": "$absent"}, answer="presence", why="of nobody"),
    Case("listPresence", "200", query="?userIds=$alice,$bob", answer="presence"),
    *(
        Case("setPresence", "200", {"status": status, "statusText": "Back at two"}, answer="presence", why=status)
        for status in ("online", "away", "invisible")
    ),
)

REFUSALS = (
    Case("listPresence", "400 validation_error", details="userIds"),
    Case("listPresence", "400 validation_error", query="?userIds=bob", details="userIds", why="a name"),
    Case(
        "listPresence", "400 validation_error", query=f"?userIds={','.join(['1'] * 201)}", details="userIds", why="201"
    ),
    Case("setPresence", "400 validation_error", {"status": "offline"}, details="status"),
    Case(
        "setPresence",
        "400 validation_error",
        {"status": "away", "statusText": "a" * 141},
        details="statusText",
        why="text",
    ),
)


@pytest.mark.parametrize("case", SUCCESSES, ids=name_of)
def test_it_is_answered_as_promised(stage: Stage, case: Case) -> None:
    check_success(stage, case)


@pytest.mark.parametrize("case", REFUSALS, ids=name_of)
def test_it_is_refused_as_promised(stage: Stage, case: Case) -> None:
    check_refusal(stage, case)


@pytest.mark.parametrize("word", ["abc", "-1", "0"])
def test_what_is_no_id_has_no_presence(stage: Stage, word: str) -> None:
    status, answer = stage.client("alice").get(f"/api/v4/presence/{word}")

    assert (status, answer["code"]) == (404, "not_found")


def test_state_says_the_same_as_status(stage: Stage) -> None:
    answer = check_success(stage, Case("listPresence", "200", query="?userIds=$alice,$bob", answer="presence"))

    assert set(answer["presence"]) == {stage.ids["alice"], stage.ids["bob"]}
    assert {frozenset(known) for known in answer["presence"].values()} == {frozenset(("status", "state", "lastSeen"))}
    assert all(known["state"] == known["status"] for known in answer["presence"].values())
