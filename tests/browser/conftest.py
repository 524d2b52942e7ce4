import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect
from pytest_asyncio import is_async_test

from messenger.models import User
from tests.browser.visiting import Visits
from tests.live import direct, live, unlimited
from tests.servers import Server

__all__ = ["live"]

expect.set_options(timeout=15_000)  # milliseconds: two processes of tests share two cores

_NAMES = ("chromium", "chromium-browser", "google-chrome")

_SWITCHES = [
    "--no-sandbox",
    # pages that a test makes up belong to no network, and may not speak to this machine otherwise
    "--disable-features=LocalNetworkAccessChecks,LocalNetworkAccessChecksWebSockets",
]


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where this machine's Chromium is; `REQUIRE_BROWSER=1` makes its absence an error."""
    found = next((path for path in map(shutil.which, _NAMES) if path), None)
    if found is None and os.environ.get("REQUIRE_BROWSER") == "1":
        pytest.fail("Chromium is not installed, and REQUIRE_BROWSER=1 asks for it: apt-get install chromium")
    if found is None:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    return found


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the tests of this folder share an event loop, as the one Chromium needs."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents and is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    """One Chromium for all: to launch it takes as long as a test. Its contexts know nothing of each other."""
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=chromium, args=_SWITCHES)
        yield launched
        await launched.close()


@pytest.fixture
def server(transactional_db: None, live: Server) -> Server:
    """The product's web process on the test database, shared by all tests."""
    return live


@pytest_asyncio.fixture(loop_scope="session")
async def visits(server: Server, browser: Browser) -> AsyncIterator[Visits]:
    """People's browsers; at the end nothing unexpected may have happened in any."""
    visits = Visits(browser, server.base_url)
    yield visits
    await visits.leave()
    assert visits.problems == []


@pytest.fixture
def talk(server: Server, alice: User, bob: User) -> str:
    """The direct conversation of alice and bob, who may write as much as they like."""
    unlimited(alice, bob)
    return direct(alice, bob)


@pytest.fixture
def mails(server: Server) -> Path:
    """The folder of the mails that the server writes, empty."""
    folder = Path(server.settings["MESSENGER_STATE"]) / "mail"
    folder.mkdir(exist_ok=True)
    for mail in folder.glob("*.log"):
        mail.unlink()
    return folder
