import asyncio

import pytest

from config.proof.runs import KINDS, Run
from config.proof.stage import Stage

FEWEST_DEEDS = 20


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3, 9, 10], ids=lambda seed: f"{seed}-{KINDS[seed % 10]}")
def test_after_all_trouble_every_client_equals_a_fresh_load(stage: Stage, seed: int) -> None:
    async def play() -> None:
        await stage.sign_in()
        outcome = await Run(stage, seed).play()
        assert (outcome.kind, outcome.differences) == (KINDS[seed % 10], [])
        assert outcome.done.total() >= FEWEST_DEEDS

    asyncio.run(play())
    assert stage.complaints() == []
