from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from messenger.models import User
from tests.browser.visiting import Visits, message, say
from tests.live import direct
from tests.servers import Server, running_server
from tests.talks import client_of
from tests.talks import say as write
from tests.threads import in_a_thread

pytestmark = pytest.mark.slow
BANNER = "#messenger-connection"
REMEMBER_SOCKETS = """
window.sockets = [];
window.WebSocket = class extends WebSocket { constructor(...named) { super(...named); window.sockets.push(this); } };
"""


@pytest.fixture
async def own_server(transactional_db: None, tmp_path: Path) -> AsyncIterator[Server]:
    """A server that may be stopped."""
    with running_server(tmp_path, MESSENGER_DEBUG_HOOKS="on") as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def guests(own_server: Server, browser: Browser) -> AsyncIterator[Visits]:
    """Browsers that may see the server gone."""
    visits = Visits(browser, own_server.base_url)
    visits.expect("ERR_CONNECTION_REFUSED", "ERR_CONNECTION_RESET", "ERR_EMPTY_RESPONSE", "WebSocket connection")
    yield visits
    await visits.leave()
    assert visits.problems == []


async def test_a_short_gap_shows_no_banner(visits: Visits, alice: User, bob: User) -> None:
    talk = in_a_thread(lambda: direct(alice, bob))
    context = await visits.context(alice)
    await context.add_init_script(REMEMBER_SOCKETS)
    page = await visits.page(context, f"/messenger/?conversation={talk}")
    await page.wait_for_selector(f'{BANNER}[data-mode="websocket"]', state="attached")
    await page.evaluate(
        "() => { window.shown = []; new MutationObserver(() => { const b = document.querySelector"
        "('#messenger-connection'); if (!b.hidden) window.shown.push(b.dataset.mode); })"
        ".observe(document.querySelector('#messenger-connection'), {attributes: true}); }"
    )

    await page.evaluate("() => window.sockets.at(-1).close()")
    await page.wait_for_function("() => window.sockets.length === 2 && window.sockets[1].readyState === 1")
    await page.wait_for_selector(f'{BANNER}[data-mode="websocket"]', state="attached")

    assert await page.evaluate("() => window.shown") == []


async def test_after_a_long_gap_everything_is_there(guests: Visits, own_server: Server, alice: User, bob: User) -> None:
    talk = in_a_thread(lambda: direct(alice, bob))
    page = await guests.open(alice, f"/messenger/?conversation={talk}")
    await page.wait_for_selector(f'{BANNER}[data-mode="websocket"]', state="attached")

    in_a_thread(own_server.kill)
    await say(page, "Sent into the dark")
    in_a_thread(lambda: write(client_of(bob), talk, "Written meanwhile"))
    await expect(page.locator(BANNER)).to_be_visible(timeout=15_000)
    await expect(page.locator(message("Sent into the dark"))).to_have_attribute("data-state", "sending")
    in_a_thread(own_server.start)

    await expect(page.locator(message("Written meanwhile"))).to_be_visible(timeout=45_000)
    await expect(page.locator(BANNER)).to_be_hidden(timeout=15_000)
    await expect(page.locator(message("Sent into the dark"))).to_have_attribute("data-state", "sent", timeout=15_000)
    await expect(page.locator(".messenger-v4__message")).to_have_count(2)
    before = await _settled(page)
    await page.reload()
    assert await _settled(page) == before


async def _settled(page: Page) -> Any:
    """What the page holds once all is read; who is online is the clock's business, not the copy's."""
    await page.wait_for_selector("messenger-app[data-ready=true]")
    await page.wait_for_function(
        "() => window.messengerDebug.snapshot().conversations.every((each) => each.unreadCount === 0)"
    )
    await page.wait_for_timeout(1500)
    snapshot = await page.evaluate("() => window.messengerDebug.snapshot()")
    for conversation in snapshot["conversations"]:
        for seat in conversation["participants"]:
            del seat["status"]
    return snapshot
