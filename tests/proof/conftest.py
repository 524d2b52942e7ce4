from collections.abc import Iterator

import pytest

from config.proof.stage import Stage


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Engines and two servers for all tests of the proof, started once."""
    with Stage(tmp_path_factory.mktemp("proof")) as running:
        yield running
