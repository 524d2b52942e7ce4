"""Schemathesis, all phases, as everybody: `./dev test tests/fuzzing/everybody.py` (takes minutes: not collected).

`MESSENGER_FUZZ_SECONDS` lets it run longer for each of them (20).
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.apidoc.tables import operations
from messenger.models import User
from messenger.services.sign_ins import NOWHERE
from messenger.services.token_pairs import issue_tokens
from tests.fuzzing import scene
from tests.fuzzing.fuzzers import fuzz
from tests.servers import Server, running_server

SIGN_INS = 60


@pytest.fixture(scope="session")
def calm(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A web process without limits."""
    with running_server(tmp_path_factory.mktemp("calm"), MESSENGER_RATE_LIMIT="off") as running:
        yield running


def _tokens_of(user: User, folder: Path) -> Path:
    kept = folder / "tokens"
    pairs = [issue_tokens(email=user.email, password=scene.PASSWORD, caller=NOWHERE) for _ in range(SIGN_INS)]
    kept.write_text("\n".join(pair.access for pair in pairs))
    return kept


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", ["nobody", "alice", "mallory", "adam"])
def test_no_input_gets_a_server_error_or_what_the_document_does_not_say(
    transactional_db: None, calm: Server, tmp_path: Path, name: str, record_property: Callable[[str, object], None]
) -> None:
    found, people = scene.build()
    document = tmp_path / "openapi.json"
    document.write_text(json.dumps(found.document()))
    tokens = None if name == "nobody" else _tokens_of(people[name], tmp_path)

    findings = fuzz(document, calm.base_url, tokens=tokens)

    record_property("cases", findings.cases)
    assert findings.is_clean, findings.words[-8000:]
    assert (findings.selected, findings.tested) == (len(operations()), len(operations()))
    assert findings.cases > 1000
    assert "Traceback" not in calm.log.read_text()
