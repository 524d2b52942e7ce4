from collections.abc import Iterator

import pytest

from tests.servers import Server, running_server

COUNTS = pytest.StashKey[list[str]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="fuzz every operation in every phase as everybody (minutes)")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for line in terminalreporter.config.stash.get(COUNTS, []):
        terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def is_full(pytestconfig: pytest.Config) -> bool:
    return bool(pytestconfig.getoption("--full"))


@pytest.fixture(scope="session")
def calm(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A web process without limits."""
    with running_server(tmp_path_factory.mktemp("calm"), MESSENGER_RATE_LIMIT="off") as running:
        yield running
