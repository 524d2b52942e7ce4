"""QA-4 on Socket.IO and UX-30: the page where WebSockets are blocked, then Socket.IO too, then neither."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from playwright.async_api import BrowserContext, Page, Request, Route, expect

from messenger.models import User
from tests.browser.visiting import Visits, message, say
from tests.talks import client_of
from tests.talks import say as write
from tests.threads import in_a_thread

pytestmark = pytest.mark.slow
BANNER = "#messenger-connection"

# what a proxy without WebSockets does: the attempt fails at once, until `localStorage.open` is set
BLOCKED = """
window.WebSocket = new Proxy(window.WebSocket, {construct(kind, [url]) {
  return Reflect.construct(kind, [localStorage.open ? url : url.replace('/ws/messenger/', '/ws/nowhere/')]);
}});
"""


async def _blocked(visits: Visits, user: User, talk: str, *, socketio: bool) -> Page:
    """A page whose native sockets fail, and Socket.IO's requests too if asked."""
    visits.expect("/ws/nowhere/", "socket.io")
    context = await visits.context(user)
    await context.add_init_script(BLOCKED)
    if not socketio:
        await context.route("**/socket.io/**", lambda route: route.abort())
    return await visits.page(context, f"/messenger/?conversation={talk}")


async def _reaches(page: Page, mode: str, timeout: int = 15_000) -> None:
    await page.wait_for_selector(f'{BANNER}[data-mode="{mode}"]', state="attached", timeout=timeout)


async def test_where_websockets_are_blocked_messages_come_by_long_polling(
    visits: Visits, alice: User, bob: User, talk: str
) -> None:
    page = await _blocked(visits, bob, talk, socketio=True)
    bodies: list[str] = []
    page.on("response", lambda response: _keep(bodies, response.url, response.text))
    await _reaches(page, "polling")
    await page.evaluate(
        "() => { const chat = document.querySelector('chat-view'); const own = chat._onNewMessage;"
        "chat._onNewMessage = function (event) { window.heard.ran.push(event.type); return own.call(this, event); }; }"
    )
    alices = await visits.open(alice, f"/messenger/?conversation={talk}")
    await _reaches(alices, "websocket")

    began = time.monotonic()
    await say(alices, "Hello through the proxy")
    row = page.locator(message("Hello through the proxy"))
    await expect(row).to_be_visible(timeout=9000)
    assert time.monotonic() - began < 6

    await expect(row).to_have_count(1)
    await expect(page.locator(BANNER)).to_be_hidden()
    number = await row.get_attribute("data-id")
    heard = await page.evaluate("() => window.heard")
    assert heard["v4"] == heard["legacy"] == [number]
    assert heard["ran"] == ["messenger:v4:message", "messenger:new-message"]
    await asyncio.sleep(0.3)
    frames = [body for body in bodies if '"messenger:v4:message"' in body]
    assert len(frames) == 1

    await say(page, "And back")
    await expect(alices.locator(message("And back"))).to_be_visible(timeout=9000)
    await expect(page.locator(message("And back"))).not_to_have_attribute("data-state", "sending", timeout=9000)
    await page.type("#v4ComposerTextarea", "More")
    await expect(alices.locator("#v4TypingBubble")).to_contain_text("Bob Baker is typing", timeout=9000)


def _keep(bodies: list[str], url: str, text: Callable[[], Coroutine[Any, Any, str]]) -> None:
    if "/socket.io/?" not in url:
        return

    async def read() -> None:
        bodies.append(await text())

    asyncio.get_running_loop().create_task(read())


async def test_where_all_is_blocked_it_asks_each_half_minute_and_comes_back_by_itself(
    visits: Visits, alice: User, bob: User, talk: str
) -> None:
    page = await _blocked(visits, alice, talk, socketio=False)
    asked: list[float] = []
    page.on("request", lambda request: _note_sync(asked, request))
    await _reaches(page, "rest")

    await expect(page.locator("#messenger-toasts")).to_contain_text("Using fallback polling mode")
    await expect(page.locator(BANNER)).to_contain_text("Updates every 30 seconds")
    await expect(page.locator(f"{BANNER} [data-action=try-now]")).to_be_visible()
    in_a_thread(lambda: write(client_of(bob), talk, "Told with the next question"))
    await expect(page.locator(message("Told with the next question"))).to_be_visible(timeout=40_000)
    assert len(asked) == 2
    assert 29.0 <= asked[1] - asked[0] <= 35.0
    assert await page.locator("#messenger-toasts > *").count() <= 1

    context: BrowserContext = page.context
    await context.unroute("**/socket.io/**")
    await page.evaluate("() => localStorage.setItem('open', 'yes')")
    await _reaches(page, "websocket", timeout=75_000)
    await expect(page.locator(BANNER)).to_be_hidden()
    in_a_thread(lambda: write(client_of(bob), talk, "Live again"))
    await expect(page.locator(message("Live again"))).to_be_visible(timeout=9000)


def _note_sync(asked: list[float], request: Request) -> None:
    if request.url.endswith("/sync"):
        asked.append(time.monotonic())


async def test_try_now_takes_the_better_way_at_once(visits: Visits, alice: User, talk: str) -> None:
    page = await _blocked(visits, alice, talk, socketio=False)
    await _reaches(page, "rest")
    await page.evaluate("() => localStorage.setItem('open', 'yes')")

    await page.click(f"{BANNER} [data-action=try-now]")

    await _reaches(page, "websocket", timeout=6000)
    await expect(page.locator(BANNER)).to_be_hidden()


async def test_a_page_that_needs_no_socket_io_never_fetches_it(visits: Visits, alice: User, talk: str) -> None:
    context = await visits.context(alice)
    fetched: list[str] = []

    async def note(route: Route) -> None:
        fetched.append(route.request.url)
        await route.continue_()

    await context.route("**/socket.io/**", note)
    page = await visits.page(context, f"/messenger/?conversation={talk}")
    await _reaches(page, "websocket")

    assert fetched == []
