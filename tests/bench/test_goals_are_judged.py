"""PASS, FAIL and "not run" of the goals table."""

from bench.figures import Costs, Window
from bench.goals import Goal, all_goals, outcome_of
from bench.scenarios import SEND

GOAL = Goal(
    name="G1",
    says="twice as fast",
    scenario="pairs-200",
    measure="delivered_per_s",
    against="node-tx",
    must=">= 1.5",
    aim=">= 2.0",
)
NOTHING = Costs(
    server_cores=0.5,
    postgres_cores=0,
    valkey_cores=0,
    generator_cores=0,
    other_cores=0,
    memory_mb=0,
    memory_before_mb=0,
)


def _window(contender: str, rate: float, number: int = 1, faults: tuple[str, ...] = ()) -> Window:
    return Window(
        contender=contender,
        scenario="pairs-200",
        round=number,
        speed=1.0,
        costs=NOTHING,
        delivered_per_s=rate,
        faults=list(faults),
    )


def test_the_ratio_is_taken_within_each_round() -> None:
    rates = [(1, 1600.0, 1000.0), (2, 300.0, 200.0), (3, 5100.0, 3000.0)]
    windows = [
        window
        for number, ours, theirs in rates
        for window in (_window("ours-uvicorn", ours, number), _window("node-tx", theirs, number))
    ]

    outcome = outcome_of(GOAL, windows)

    assert (outcome.values, outcome.must, outcome.aim) == ([1.6, 1.5, 1.7], "PASS", "FAIL")


def test_a_missing_peer_is_no_win() -> None:
    outcome = outcome_of(GOAL, [_window("ours-uvicorn", 1000.0)])

    assert (outcome.values, outcome.must, outcome.aim) == ([], "not run", "not run")


def test_wrong_deliveries_fail_whatever_the_rate() -> None:
    windows = [_window("ours-uvicorn", 9000.0, faults=("1 receipts are missing",)), _window("node-tx", 1000.0)]

    outcome = outcome_of(GOAL, windows)

    assert (outcome.values, outcome.must, outcome.aim) == ([], "FAIL", "FAIL")


def test_every_goal_names_a_scenario_and_contenders_that_run_it() -> None:
    # `--door socketio` puts its contender into the same scenarios
    contenders = {scenario.name: (*scenario.contenders, "ours-socketio") for scenario in SEND}

    for goal in all_goals():
        if not goal.later:
            assert goal.of in contenders[goal.scenario], goal.name
            assert not goal.against or goal.against in contenders[goal.scenario], goal.name
