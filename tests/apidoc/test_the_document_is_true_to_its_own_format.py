import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from django.test import Client
from drf_spectacular.validation import validate_schema

from config.apidoc import openapi
from tests.described import Validator, closed, resolved

Json = dict[str, Any]


def _operations() -> Iterator[Json]:
    for methods in openapi.document()["paths"].values():
        yield from methods.values()


def _contents() -> Iterator[tuple[str, Json, object]]:
    """Every body of the document that shows an example: where it is, its schema, the example."""
    for entry in _operations():
        name = entry["operationId"]
        bodies = {"request": entry.get("requestBody", {})}
        bodies |= {status: resolved(response) for status, response in entry["responses"].items()}
        for where, body in bodies.items():
            for content in body.get("content", {}).values():
                shown = content.get("examples", {"": {"value": content.get("example")}})
                for example in shown.values():
                    if example["value"] is not None:
                        yield f"{name} {where}", content["schema"], example["value"]


def test_it_is_openapi_3_1() -> None:
    document = openapi.document()

    validate_schema(document)  # type: ignore[no-untyped-call]  # drf-spectacular brings no types

    assert document["openapi"] == "3.1.1"


def test_operations_have_names_of_their_own() -> None:
    names = [entry["operationId"] for entry in _operations()]

    assert len(names) == len(set(names))
    assert [name for name in names if not re.fullmatch(r"[a-z][A-Za-z]+", name)] == []


def test_every_parameter_says_what_it_does() -> None:
    parameters = [(entry["operationId"], resolved(each)) for entry in _operations() for each in entry["parameters"]]

    assert len(parameters) > 100
    assert [(name, each["name"]) for name, each in parameters if not each.get("description")] == []


def test_every_tag_is_introduced_and_used() -> None:
    used = {tag for entry in _operations() for tag in entry["tags"]}

    assert used == {tag["name"] for tag in openapi.document()["tags"]}


def test_every_example_is_allowed_by_its_schema() -> None:
    schemas = closed(openapi.document()["components"]["schemas"])

    wrong: dict[str, list[str]] = {}
    for where, schema, example in _contents():
        validator = Validator({**closed(schema), "components": {"schemas": schemas}})
        errors = [f"{list(error.instance_path)}: {error.message:.200}" for error in validator.iter_errors(example)]
        wrong |= {where: errors} if errors else {}

    assert wrong == {}


def test_every_body_shows_an_example() -> None:
    shown = {where for where, _, _ in _contents()}

    expected = {
        f"{entry['operationId']} {status}"
        for entry in _operations()
        for status, response in entry["responses"].items()
        if resolved(response).get("content", {}).get("application/json", {}).get("schema", {}) != {"type": "object"}
        and "application/json" in resolved(response).get("content", {})
    }
    assert expected <= shown


def test_no_word_of_it_leads_to_another_host() -> None:
    assert [server["url"] for server in openapi.document()["servers"]] == ["/"]


@pytest.mark.parametrize("accept", ["", "*/*", "application/json", "text/html, */*"])
@pytest.mark.parametrize("slash", ["", "/"])
def test_it_is_json_for_everybody(client: Client, accept: str, slash: str) -> None:
    answer = client.get(f"/api/schema{slash}", headers={"Accept": accept} if accept else {})

    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    assert answer.json() == openapi.document()


@pytest.mark.parametrize(
    ("query", "accept"), [("?format=yaml", ""), ("", "application/yaml"), ("", "text/yaml, application/json;q=0.5")]
)
def test_it_is_yaml_where_that_is_asked_for(client: Client, query: str, accept: str) -> None:
    answer = client.get(f"/api/schema/{query}", headers={"Accept": accept} if accept else {})

    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/yaml")
    assert yaml.safe_load(answer.content) == openapi.document()


def test_what_a_client_has_is_not_sent_again(client: Client) -> None:
    known = client.get("/api/schema/").headers["ETag"]

    as_proxies_weaken_it = {"If-None-Match": f'"another", W/{known}'}
    answer = client.get("/api/schema/", headers=as_proxies_weaken_it)

    assert (answer.status_code, answer.content) == (304, b"")


def test_other_formats_and_methods_are_refused_plainly(client: Client) -> None:
    unknown, posted = client.get("/api/schema/?format=html"), client.post("/api/schema/")

    assert (unknown.status_code, unknown.json()["code"]) == (400, "validation_error")
    assert (posted.status_code, posted.json()["code"]) == (405, "method_not_allowed")
