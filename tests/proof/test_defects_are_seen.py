import asyncio
from collections.abc import Iterator

import pytest

from config.proof.runs import Outcome, Run
from config.proof.stage import SERVE, Stage
from tests.proof import broken

# a defect shows where its deed meets trouble, which the seed alone does not decide: most runs show it, not every one
CALM, LOSSY = (1, 4, 6, 11, 14, 16, 21, 24), (2, 5, 8, 12, 15, 18, 22, 25, 28, 32)


@pytest.fixture(scope="module", autouse=True)
def _whole_again(stage: Stage) -> Iterator[None]:
    """Leave servers without a defect to the tests of other files."""
    yield
    asyncio.run(stage.serve_by(SERVE))


async def play(stage: Stage, defect: str, *seeds: int) -> list[Outcome]:
    """The outcomes up to the first that is not equal."""
    await stage.sign_in()
    await stage.serve_by(broken.command(defect))
    outcomes = []
    for seed in seeds:
        outcomes.append(await Run(stage, seed).play())
        if outcomes[-1].differences:
            break
    return outcomes


@pytest.mark.slow
@pytest.mark.parametrize("event", ["MessageSent", "MessageEdited", "ReactionChanged", "ConversationRead"])
def test_a_change_that_is_told_to_nobody_is_seen(stage: Stage, event: str) -> None:
    outcomes = asyncio.run(play(stage, f"untold:{event}", *CALM))

    assert any("was never told the newest numbers" in line for line in outcomes[-1].differences)


@pytest.mark.slow
def test_an_event_that_is_never_told_heals_where_holes_are_expected(stage: Stage) -> None:
    outcomes = asyncio.run(play(stage, "untold:MessageEdited", *LOSSY[:2]))

    assert [outcome.differences for outcome in outcomes] == [[], []]
    assert sum(len(outcome.healed_after_s) + outcome.shown_by_heartbeats for outcome in outcomes) > 0


@pytest.mark.slow
@pytest.mark.parametrize("defect", ["edits-uncounted", "edits-out-of-sync", "unread-uncorrected"])
def test_what_no_sync_heals_is_seen(stage: Stage, defect: str) -> None:
    """By whichever field shows it first: a message sent and edited in one gap, say, does not come at all."""
    outcomes = asyncio.run(play(stage, defect, *LOSSY))

    assert outcomes[-1].differences != []
