"""Schemathesis as everybody, the same cases each time. `./dev test tests/fuzzing --full` tries more, for minutes."""

import json
from pathlib import Path

import pytest

from config.apidoc.tables import operations
from messenger.models import User
from messenger.services.sign_ins import NOWHERE
from messenger.services.token_pairs import issue_tokens
from tests.fuzzing import scene
from tests.fuzzing.conftest import COUNTS
from tests.fuzzing.fuzzers import FULL, SHORT, WITH_COVERAGE, Bounds, fuzz
from tests.servers import Server

SIGN_INS = 60


def _tokens_of(user: User, folder: Path) -> Path:
    kept = folder / "tokens"
    pairs = [issue_tokens(email=user.email, password=scene.PASSWORD, caller=NOWHERE) for _ in range(SIGN_INS)]
    kept.write_text("\n".join(pair.access for pair in pairs))
    return kept


@pytest.mark.slow
@pytest.mark.timeout(FULL.seconds + 60)
@pytest.mark.parametrize(
    ("name", "bounds", "fewest"),
    [("nobody", SHORT, 300), ("alice", WITH_COVERAGE, 3500), ("mallory", SHORT, 300), ("adam", SHORT, 300)],
)
def test_no_input_gets_a_server_error_or_what_the_document_does_not_say(
    transactional_db: None,
    calm: Server,
    tmp_path: Path,
    pytestconfig: pytest.Config,
    name: str,
    bounds: Bounds,
    fewest: int,
    *,
    is_full: bool,
) -> None:
    found, people = scene.build()
    document = tmp_path / "openapi.json"
    document.write_text(json.dumps(found.document()))
    tokens = None if name == "nobody" else _tokens_of(people[name], tmp_path)

    findings = fuzz(document, calm.base_url, tokens=tokens, bounds=FULL if is_full else bounds)

    pytestconfig.stash.setdefault(COUNTS, []).append(f"fuzzed as {name}: {findings.cases} cases")
    assert findings.is_clean, findings.words[-12000:]
    assert (findings.selected, findings.tested) == (len(operations()), len(operations()))
    assert findings.cases > fewest
    assert "Traceback" not in calm.log.read_text()
