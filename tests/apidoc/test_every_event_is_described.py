from typing import Any

from django.test import Client

from config.apidoc import asyncapi
from config.apidoc.tables import EVENTS_IN, EVENTS_OUT
from messenger.events import EVENT_TYPES, Event
from messenger.realtime import handlers
from messenger.realtime.dialects import v4
from messenger.realtime.incoming import SEND
from tests.described import Validator, closed

Json = dict[str, Any]


def _references(part: object) -> list[str]:
    if isinstance(part, list):
        return [name for item in part for name in _references(item)]
    if not isinstance(part, dict):
        return []
    own = [part["$ref"]] if isinstance(part.get("$ref"), str) else []
    return own + [name for item in part.values() for name in _references(item)]


def _at(document: Json, reference: str) -> object:
    part: Any = document
    for step in reference.removeprefix("#/").split("/"):
        part = part[step]
    return part


def test_every_event_that_clients_may_send_is_in_it() -> None:
    assert {entry.name for entry in EVENTS_IN} == {*handlers.EVENTS, SEND, "auth"}


def test_every_fact_that_is_spelled_for_clients_is_in_it() -> None:
    spelled = {kind for kind in v4.spell.registry if kind not in (object, Event)}
    told = {fact for entry in EVENTS_OUT for fact in entry.spells}

    assert spelled <= told <= set(EVENT_TYPES.values())


def test_it_speaks_of_both_doors_and_both_directions() -> None:
    document = asyncapi.document()

    assert document["asyncapi"] == "3.0.0"
    assert {name: channel["address"] for name, channel in document["channels"].items()} == {
        "native": "/ws/messenger/",
        "socketio": "/socket.io/",
    }
    assert {entry["action"] for entry in document["operations"].values()} == {"send", "receive"}
    assert len(document["operations"]) == 2 * len(EVENTS_IN) + sum(len(entry.doors) for entry in EVENTS_OUT)


def test_each_of_its_references_leads_somewhere() -> None:
    document = asyncapi.document()
    references = _references(document)

    assert len(references) > 100
    assert [name for name in references if not isinstance(_at(document, name), dict)] == []


def test_every_example_is_allowed_by_its_payload() -> None:
    components = asyncapi.document()["components"]
    schemas = closed(components["schemas"])

    wrong: dict[str, list[str]] = {}
    for key, message in components["messages"].items():
        validator = Validator({**closed(message["payload"]), "components": {"schemas": schemas}})
        for example in message["examples"]:
            errors = [f"{list(e.instance_path)}: {e.message:.200}" for e in validator.iter_errors(example["payload"])]
            wrong |= {key: errors} if errors else {}

    assert wrong == {}


def test_it_is_served_to_everybody(client: Client) -> None:
    answer = client.get("/api/asyncapi.json")

    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    assert answer.json() == asyncapi.document()
