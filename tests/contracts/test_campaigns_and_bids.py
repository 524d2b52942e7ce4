"""The contract's section "Campaign and bid conversations", called and refused."""

import pytest

from tests.contracts.cases import Case, check_refusal, check_success, name_of
from tests.contracts.situations import after, suspended, used_up
from tests.contracts.stage import BUTTONS, Stage

NEW_BID = {"type": "bid", "participantIds": ["$alice", "$carol"], "flow": {"flowState": "offered"}}
MOVE = {"flowState": "offered", "chatStatus": "real_time", "awaitingRole": "customer", "currentActionData": BUTTONS,
        "message": {"content": "An offer", "data": {"price": 140}}}  # fmt: skip
PRESS = {"action": "accept", "data": {"price": 140}}

SUCCESSES = (
    Case("openConversation", "201", NEW_BID, by="integrator", answer="conversation message isExisting"),
    Case("moveFlow", "200", MOVE, at="bid", by="integrator", answer="conversation message"),
    Case(
        "moveFlow", "200", {"chatStatus": "closed"}, at="bid", by="integrator", answer="conversation message", why="one"
    ),
    Case("takeAction", "201", PRESS, at="bid", by="bob", answer="action"),
)


def _bids_closed(stage: Stage) -> None:
    body = {"status": "closed", "reason": "Quarrel"}
    stage.call("adam", "PATCH", "/api/v4/messenger/admin/conversations/$bid", body)


def _bob_blocked(stage: Stage) -> None:
    stage.call("alice", "POST", "/api/v4/messenger/blocks", {"userId": stage.ids["bob"]})


def _alice_awaited(stage: Stage) -> None:
    stage.call("integrator", "POST", "/api/v4/messenger/conversations/$bid/flow", {"awaitingRole": "customer"})


def _alice_suspended(stage: Stage) -> None:
    _alice_awaited(stage)
    suspended(stage)


REFUSALS = (
    *(Case("moveFlow", "400 validation_error", {name: 7}, at="bid", by="integrator", details=name, why=name)
      for name in MOVE),
    Case("moveFlow", "403 not_allowed", MOVE, at="bid", details=""),
    Case("moveFlow", "404 not_found", MOVE, at="talk", by="integrator", path={}, details=""),
    Case("moveFlow", "403 conversation_closed", MOVE, at="bid", by="integrator", before=_bids_closed, details=""),
    Case("moveFlow", "409 nonce_reused", {"flowState": "won"}, at="bid", by="integrator", key="k", details="",
         before=after(Case("moveFlow", "", {"flowState": "lost"}, at="bid", by="integrator", key="k"))),
    Case("takeAction", "400 validation_error", {"action": "win"}, at="bid", by="bob", details="action"),
    Case("takeAction", "400 validation_error", {**PRESS, "data": []}, at="bid", by="bob", details="data", why="data"),
    Case("takeAction", "403 not_allowed", PRESS, at="bid", details=""),
    Case("takeAction", "403 not_allowed", PRESS, at="talk", by="bob", details="", why="direct"),
    Case("takeAction", "403 conversation_closed", PRESS, at="bid", by="bob", before=_bids_closed, details=""),
    Case("takeAction", "403 cannot_message", PRESS, at="bid", by="bob", before=_bob_blocked, details=""),
    Case("takeAction", "403 suspended", PRESS, at="bid", before=_alice_suspended, details=""),
    Case("takeAction", "429 rate_limited", PRESS, at="bid", by="bob", before=used_up("MESSAGES")),
    Case("takeAction", "409 nonce_reused", {"action": "accept"}, at="bid", by="bob", key="k", details="",
         before=after(Case("takeAction", "", PRESS, at="bid", by="bob", key="k"))),
)  # fmt: skip


@pytest.mark.parametrize("case", SUCCESSES, ids=name_of)
def test_it_is_answered_as_promised(stage: Stage, case: Case) -> None:
    check_success(stage, case)


@pytest.mark.parametrize("case", REFUSALS, ids=name_of)
def test_it_is_refused_as_promised(stage: Stage, case: Case) -> None:
    check_refusal(stage, case)
