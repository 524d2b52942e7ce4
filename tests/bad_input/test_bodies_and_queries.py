import json
from typing import Any

from tests.bad_input.conftest import World
from tests.bad_input.speaking import spelled
from tests.bad_input.tables import QUERIES, ROUTES, TAKES, WRONG, Route
from tests.inputs.test_json_is_read_strictly import REFUSED
from tests.matrix.scene import everything_stored


def test_no_field_takes_what_it_is_not_for(world: World) -> None:
    stored = everything_stored()

    wrong = [
        (_name(route), field, name, said)
        for route in ROUTES
        for field, kind in route.fields.items()
        for name, value in WRONG.items()
        if name not in TAKES[kind] and not _is_refused(said := _said_with(world, route, field, value))
    ]

    assert wrong == []
    assert everything_stored() == stored


def test_no_route_takes_what_is_no_proper_json(world: World) -> None:
    stored = everything_stored()

    wrong = [
        (_name(route), name, said)
        for route in ROUTES
        for name, raw in REFUSED.items()
        if (said := world.alices.ask(route.method, world.filled(route.path), raw))[0] != 400
        or said[1]["code"] != "validation_error"
    ]

    assert wrong == []
    assert everything_stored() == stored


def test_no_query_says_what_it_may_not(world: World) -> None:
    stored = everything_stored()

    wrong = [
        (path, name, value[:40], said)
        for path, name, values in QUERIES
        for value in values
        if not (value == "{other}" and path.endswith("/messages"))  # that one is right here
        and not _is_refused(said := world.alices.ask("GET", world.filled(f"{path}?{name}={value}")))
    ]

    assert wrong == []
    assert everything_stored() == stored


def test_what_is_good_is_taken(world: World) -> None:
    statuses = {
        _name(route): world.alices.ask(
            route.method, world.filled(route.path), spelled(json.loads(world.filled(json.dumps(route.good))))
        )[0]
        for route in ROUTES
        if route.good and not route.path.startswith("/api/v4/auth") and not route.path.endswith("actions")
    }

    assert set(statuses.values()) <= {200, 201}


def test_the_tables_are_large_enough() -> None:
    assert len(WRONG) + len(REFUSED) >= 50
    assert sum(len(values) for _, _, values in QUERIES) >= 60


def _name(route: Route) -> str:
    return f"{route.method} {route.path.removeprefix('/api/v4/')}"


def _said_with(world: World, route: Route, field: str, value: Any) -> tuple[int, dict[str, Any]]:
    good = json.loads(world.filled(json.dumps(route.good)))
    if field == "recipientId":
        good.pop("participantIds")
    return world.alices.ask(route.method, world.filled(route.path), spelled({**good, field: value}))


def _is_refused(said: tuple[int, dict[str, Any]]) -> bool:
    """A 4xx with a code and a sentence."""
    status, answer = said
    return 400 <= status < 500 and bool(answer.get("code")) and str(answer.get("message", "")).endswith((".", "?"))
