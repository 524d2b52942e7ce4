import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from django.db import transaction
from django.urls import URLResolver, get_resolver

from messenger.events import Event
from tests.matrix.expectations import ADMIN_PREFIX, ALL_THEIR_OWN, OPEN, OTHER_IDS, PLACES, REFERENCES, Row
from tests.matrix.scene import ABSENT, MALFORMED, ROLES, Scene, Target, access_token_of, everything_stored
from tests.rest import Rest

UNLIKE = ("X-Request-Id", "Content-Length")
Said = tuple[int, str, bytes, tuple[tuple[str, str], ...]]


class Callers:
    """One client for each role."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.clients = {
            role: Rest(csrf=False, token=None if role == "anonymous" else access_token_of(scene.actor(role)))
            for role in ROLES
        }

    def ask(self, role: str, row: Row, ids: Mapping[str, str]) -> Said:
        """Call the row's route with these ids: status, code, body and headers."""
        client = self.clients[role]
        path = f"/api/{row.path}{row.query}"
        status, answer = client.call(row.method, _filled(path, ids), _filled(row.body, ids) if row.body else None)
        headers = tuple(sorted((name, value) for name, value in client.last.headers.items() if name not in UNLIKE))
        body = client.last.getvalue()
        return status, str(answer.get("code", "")), body, headers


def _filled(value: Any, ids: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: _filled(item, ids) for name, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, ids) for item in value]
    if isinstance(value, str):
        return re.sub(r"\{([cmapu])\}", lambda found: ids[found[1]], value)
    return value


def _ids(target: Target) -> dict[str, str]:
    return {
        "c": target.conversation,
        "m": target.message,
        "a": target.attachment,
        "p": target.picture,
        "u": target.other,
    }


def _wrong_ids(row: Row, scene: Scene, role: str) -> Iterator[dict[str, str]]:
    """Ids of what is foreign, absent or no id at all; where a route has two, each of them in turn and both."""
    own, foreign = _ids(scene.own[role]), _ids(scene.foreign)
    names = [name for name in "cmap" if f"{{{name}}}" in row.path]
    yield {**own, **{name: foreign[name] for name in names}}
    for name in names:
        yield {**own, name: foreign[name]}
        yield {**own, name: ABSENT}
        for malformed in MALFORMED:
            yield {**own, name: malformed}


def _verdict(said: Said) -> str:
    return f"{said[0]} {said[1]}".strip()


@pytest.fixture
def callers(scene: Scene) -> Callers:
    return Callers(scene)


def _name(row: Row) -> str:
    return f"{row.method} {row.path.removeprefix('v4/')} {' '.join(row.body)}".strip()


@pytest.mark.parametrize("row", PLACES, ids=_name)
def test_a_thing_is_there_for_its_people_alone(callers: Callers, row: Row, published: list[Event]) -> None:
    scene, unknown = (
        callers.scene,
        callers.ask("stranger", row, {"c": ABSENT, "m": ABSENT, "a": ABSENT, "p": ABSENT, "u": ABSENT}),
    )
    published.clear()
    stored = everything_stored()

    wrong = []
    for role in ROLES:
        asked = [] if role in ("member", "owner", "blocked") else [_ids(scene.own[role])]
        for ids in [*asked, *_wrong_ids(row, scene, role)]:
            said = callers.ask(role, row, ids)
            expected = said[:2] == (401, "unauthenticated") if role == "anonymous" else said == unknown
            if not expected:
                wrong.append((role, ids, _verdict(said)))

    assert _verdict(unknown) == "404 not_found"
    assert wrong == []
    assert published == []
    assert everything_stored() == stored


@pytest.mark.parametrize("row", [*PLACES, *OTHER_IDS, *REFERENCES], ids=_name)
def test_its_people_may_do_what_the_contract_says(callers: Callers, row: Row, published: list[Event]) -> None:
    verdicts, refused_with_effect = {}, []

    for role in ("member", "owner", "blocked"):
        stored = everything_stored()
        published.clear()
        with transaction.atomic():
            said = callers.ask(role, row, _ids(callers.scene.own[role]))
            if said[0] >= 400 and (published or everything_stored() != stored):
                refused_with_effect.append(role)
            transaction.set_rollback(True)
        verdicts[role] = _verdict(said)

    assert verdicts == {"member": row.member, "owner": row.owner, "blocked": row.blocked}
    assert refused_with_effect == []


@pytest.mark.parametrize("row", REFERENCES, ids=_name)
def test_what_a_body_names_is_unknown_alike(callers: Callers, row: Row, published: list[Event]) -> None:
    scene, own = callers.scene, _ids(callers.scene.own["owner"])
    named = "c" if "{c}" in f"{row.body}{row.query}" else "m"
    published.clear()
    stored = everything_stored()

    absent = callers.ask("owner", row, {**own, named: ABSENT})
    foreign = callers.ask("owner", row, {**own, named: _ids(scene.foreign)[named]})

    assert foreign == absent
    assert _verdict(absent) == row.unknown
    assert published == []
    assert everything_stored() == stored


@pytest.mark.parametrize("row", OTHER_IDS, ids=_name)
def test_an_id_that_is_no_secret_is_answered_alike(callers: Callers, row: Row, published: list[Event]) -> None:
    scene = callers.scene
    published.clear()

    verdicts = {
        role: {
            _verdict(callers.ask(role, row, ids))
            for ids in (
                _ids(scene.own[role]),
                _ids(scene.foreign),
                {"c": ABSENT, "m": ABSENT, "a": ABSENT, "p": ABSENT, "u": ABSENT},
            )
        }
        for role in ("stranger", "former", "member", "anonymous")
    }

    assert verdicts.pop("anonymous") == {"401 unauthenticated"}
    assert set().union(*verdicts.values()) == {row.member}
    assert published == []


@pytest.mark.parametrize("operation", ALL_THEIR_OWN, ids=" ".join)
def test_what_is_ones_own_needs_signing_in_and_shows_nothing_foreign(
    callers: Callers, operation: tuple[str, str]
) -> None:
    method, path = operation
    body, expected = ALL_THEIR_OWN[operation]
    row = Row(method, path, "", "", "", dict(body))

    answers = {role: callers.ask(role, row, {}) for role in ROLES}

    assert _verdict(answers.pop("anonymous")) == "401 unauthenticated"
    assert {role: _verdict(said) for role, said in answers.items()} == dict.fromkeys(answers, expected)
    for text in (b"By adam", b"By alice", b"By bob", b"Before I left", b"@example.com"):
        own = text == b"@example.com" and path.endswith("auth/me")
        assert own or text not in answers["stranger"][2]


def test_administration_is_for_administrators(callers: Callers, published: list[Event]) -> None:
    published.clear()
    stored = everything_stored()
    everything = {"c": "1", "m": "1", "a": "1", "u": "1"}
    wrong = []

    for method, path in _operations():
        if path.startswith(ADMIN_PREFIX):
            row = Row(method, re.sub(r"<[^>]*>", "1", path), "", "", "", {"reason": "Curious"})
            for role in ROLES:
                expected = "401 unauthenticated" if role == "anonymous" else "403 admin_required"
                said = callers.ask(role, row, everything)
                if _verdict(said) != expected:
                    wrong.append((role, method, path, _verdict(said)))

    assert wrong == []
    assert published == []
    assert everything_stored() == stored


def test_the_matrix_knows_every_route() -> None:
    known = {(row.method, _plain(row.path)) for row in (*PLACES, *OTHER_IDS, *REFERENCES)}
    known |= {(method, _plain(path)) for method, path in ALL_THEIR_OWN} | OPEN
    served = {(method, _plain(path)) for method, path in _operations() if not path.startswith(ADMIN_PREFIX)}

    assert served - known == set()
    assert known - served == set()


def _operations() -> Iterator[tuple[str, str]]:
    """Every (method, path) below /api/, aliases included."""
    for part in get_resolver().url_patterns:
        if isinstance(part, URLResolver) and str(part.pattern) == "api/":
            for route in part.url_patterns:
                for method in set(getattr(route.callback, "actions", {})) - {"head"}:  # DRF adds it to each GET
                    yield method.upper(), str(route.pattern)


def _plain(path: str) -> str:
    return re.sub(r"<[^>]*>|\{\w\}|987654321", "*", path)
