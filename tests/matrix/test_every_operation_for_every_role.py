"""Role x operation x (own, foreign, absent, malformed), over every operation of the API document: `table.txt`.

What is written there is the whole expectation: one line for an operation and the targets that are answered alike, one
verdict for each role. `404` alone is `not_found`, `401` is `unauthenticated`; other codes are written out.
"""

import copy
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import storages
from django.db import transaction
from django.test import override_settings
from pytest_django.plugin import DjangoDbBlocker

from config.apidoc.tables import operations
from messenger.api.operations.entries import Operation
from tests.matrix.everybody import EVERY_ROLE, TARGETS, Everybody, Ids, set_everybody
from tests.matrix.requests import BODIES, QUERIES

UNLIKE = ("X-Request-Id", "Content-Length")
PLAIN = {"401": "401 unauthenticated", "404": "404 not_found"}
OTHER_NAMES = {
    ("moveFlow", "conversationId"): "bidId",
    ("takeAction", "conversationId"): "bidId",
    ("getThumbnail", "attachmentId"): "imageId",
    ("restoreMessage", "messageId"): "deletedId",
}
ALL = {operation.name: operation for operation in operations().values()}
Said = tuple[str, bytes, tuple[tuple[str, str], ...]]
Verdicts = dict[tuple[str, str], str]


@cache
def table() -> dict[str, Verdicts]:
    """Operation -> (role, target) -> verdict."""
    read: dict[str, Verdicts] = {}
    for line in (Path(__file__).parent / "table.txt").read_text().splitlines()[1:]:
        name, targets, *verdicts = re.split(r" {2,}", line.strip())
        for target in targets.split(","):
            said = zip(EVERY_ROLE, verdicts, strict=True)
            read.setdefault(name, {}).update({(role, target): PLAIN.get(verdict, verdict) for role, verdict in said})
    return read


@pytest.fixture(scope="module")
def set_once(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Everybody]:
    """Everybody and what they have, set once, in a transaction that is never committed."""
    location = tmp_path_factory.mktemp("attachments")
    backend = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": location}}
    changed = override_settings(MESSENGER_RATE_LIMIT="off", STORAGES={**storages.backends, "attachments": backend})
    with django_db_blocker.unblock(), changed, transaction.atomic():
        yield set_everybody()
        transaction.set_rollback(True)


def _ask(everybody: Everybody, operation: Operation, role: str, target: str) -> Said:
    """The verdict, the body and the headers; whatever the call did is undone."""
    ids, client = everybody.ids[role, target], everybody.clients[role]
    path = f"/api/v4/{operation.path}{QUERIES.get(operation.name, '')}"
    cookies = copy.deepcopy(client.django.cookies)
    with transaction.atomic():
        status, answer = client.call(
            operation.method,
            _filled(path, ids, operation.name),
            _filled(BODIES.get(operation.name), ids, operation.name),
        )
        body = client.last.getvalue()
        transaction.set_rollback(True)
    client.django.cookies = cookies
    headers = tuple(sorted((name, value) for name, value in client.last.headers.items() if name not in UNLIKE))
    code = answer.get("code", "") if status >= 400 else ""
    return f"{status} {code}".strip(), body, headers


def _filled(value: Any, ids: Ids, name: str) -> Any:
    if isinstance(value, dict):
        return {_filled(key, ids, name): _filled(item, ids, name) for key, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, ids, name) for item in value]
    if isinstance(value, str):
        return re.sub(r"\{(\w+)\}", lambda found: ids[OTHER_NAMES.get((name, found[1]), found[1])], value)
    return value


def test_the_table_knows_every_operation_of_the_api_document() -> None:
    assert set(table()) == set(ALL)
    assert {len(verdicts) for verdicts in table().values()} == {len(EVERY_ROLE) * len(TARGETS)}


@pytest.mark.parametrize("name", sorted(ALL))
def test_everybody_gets_what_the_table_says(set_once: Everybody, db: None, name: str) -> None:
    said = {(role, target): _ask(set_once, ALL[name], role, target) for role in EVERY_ROLE for target in TARGETS}

    assert {place: verdict for place, (verdict, _, _) in said.items()} == table()[name]
    for role in EVERY_ROLE:
        absent = said[role, "absent"]
        for target in ("own", "foreign", "malformed"):
            if said[role, target][0] == absent[0] == "404 not_found":
                assert said[role, target] == absent, (role, target)
