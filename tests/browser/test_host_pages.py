"""Our files on somebody else's pages of the same origin."""

import pytest
from playwright.async_api import BrowserContext, Page, Route, expect

from messenger.models import User
from tests.browser.visiting import Visits, say
from tests.talks import lines
from tests.threads import in_a_thread

HOST_CSS = "* { font: 13px serif; color: rgb(200, 0, 0) } li { list-style: square }"
LISTENING = """(names) => {
  window.ran = [];
  window.view = new ChatViewV4('chat', window.state, new MessengerAPI());
  window.view.init();
  return window.view.loadConversation(names);
}"""


async def host_page(visits: Visits, context: BrowserContext, body: str, path: str = "/shop/deep/page.html") -> Page:
    """A page of the host with this body."""

    async def answer(route: Route) -> None:
        await route.fulfill(content_type="text/html", body=f"<!doctype html><title>Shop</title>{body}")

    await context.route(f"**{path}", answer)
    return await visits.page(context, path, ready=False)


@pytest.mark.parametrize("kind", ["", "defer", "async", 'type="module"'])
async def test_the_widget_works_however_it_is_loaded(
    visits: Visits, alice: User, bob: User, talk: str, kind: str
) -> None:
    in_a_thread(lambda: lines(bob, talk, 2))
    face = f'<script {kind} src="/messenger/js/MessengerWidgetV4.js"></script>'
    body = f'<base href="/elsewhere/"><link rel="icon" href="data:,"><div id="w"></div>{face}{face}'

    page = await host_page(visits, await visits.context(alice), body)
    await page.wait_for_function("() => window.MessengerWidgetV4")
    await page.evaluate("() => { new MessengerWidgetV4('w', {maxItems: 3}); }")

    await expect(page.locator("#w")).to_have_attribute("data-state", "ready")
    await expect(page.locator(".mwv4__item")).to_contain_text("Line 1")
    await expect(page.locator(".mwv4__badge").first).to_have_text("2")


async def test_the_hosts_own_look_stays(visits: Visits, alice: User, talk: str) -> None:
    body = (
        f'<link rel="icon" href="data:,"><style>{HOST_CSS}</style><ul><li id="own">Ours</li></ul><div id="w"></div>'
        '<script src="/messenger/js/MessengerWidgetV4.js"></script>'
    )
    page = await host_page(visits, await visits.context(alice), body)
    look = (
        "() => { const s = getComputedStyle(document.querySelector('#own')); return s.font + s.color + s.listStyle; }"
    )
    before = await page.evaluate(look)

    await page.evaluate(
        "() => { const l = document.createElement('link'); l.rel = 'stylesheet';"
        "l.href = '/messenger/css/messenger-widget-v4.css'; document.head.append(l); new MessengerWidgetV4('w'); }"
    )

    await expect(page.locator("#w")).to_have_attribute("data-state", "ready")
    assert await page.evaluate(look) == before


async def test_a_stranger_is_asked_to_sign_in_and_nothing_connects(visits: Visits, server: object) -> None:
    body = '<link rel="icon" href="data:,"><div id="w"></div><script src="/messenger/js/MessengerWidgetV4.js"></script>'
    page = await host_page(visits, await visits.context(), body)

    await page.evaluate("() => { new MessengerWidgetV4('w'); }")

    await expect(page.locator("#w")).to_have_attribute("data-state", "anonymous")
    await expect(page.get_by_role("link", name="Sign in")).to_have_attribute(
        "href", "/auth?redirect=%2Fshop%2Fdeep%2Fpage.html"
    )
    assert visits.frames == []


async def test_without_a_container_there_is_one_warning(visits: Visits, alice: User) -> None:
    warnings: list[str] = []
    page = await host_page(
        visits,
        await visits.context(alice),
        '<link rel="icon" href="data:,"><script src="/messenger/js/MessengerWidgetV4.js"></script>',
    )
    page.on("console", lambda message: warnings.append(message.text) if message.type == "warning" else None)

    await page.evaluate("() => { new MessengerWidgetV4('nowhere'); }")
    await page.wait_for_timeout(300)

    assert warnings == ["MessengerWidgetV4: there is no element #nowhere."]


async def test_a_chat_on_a_host_page_shows_each_message_once(visits: Visits, alice: User, bob: User, talk: str) -> None:
    in_a_thread(lambda: lines(alice, talk, 2))
    faces = "".join(
        f'<script src="/messenger/js/{name}.js"></script>'
        for name in ("MessengerState", "MessengerAPI", "MessengerSocket", "ChatViewV4")
    )
    page = await host_page(
        visits, await visits.context(bob), f'<link rel="icon" href="data:,"><div id="chat"></div>{faces}'
    )
    await page.evaluate(
        "() => { window.state = new MessengerState(); window.socket = new MessengerSocket(state); socket.connect(); }"
    )
    await page.evaluate(LISTENING, talk)
    alices = await visits.open(alice, f"/messenger/?conversation={talk}")
    await alices.wait_for_selector('#messenger-connection[data-mode="websocket"]', state="attached")

    await say(alices, "Good morning")

    rows = page.locator(".messenger-chatv4__row")
    await expect(rows).to_have_text(["Line 0", "Line 1", "Good morning"])
    heard = await page.evaluate("() => [window.heard.v4.length, window.heard.legacy.length]")
    assert heard == [1, 1]


FOREIGN_BASE = '<base href="https://cdn.example/"><link rel="icon" href="data:,">'


async def test_a_base_on_another_host_leads_nobody_there(visits: Visits, alice: User, bob: User, talk: str) -> None:
    visits.expect("403")  # the host's page has no CSRF token yet: one is fetched
    in_a_thread(lambda: lines(bob, talk, 1))
    origin = visits.base_url
    faces = "".join(
        f'<script src="{origin}/messenger/js/{name}.js"></script>' for name in ("MessengerWidgetV4", "MessengerAPI")
    )
    page = await host_page(visits, await visits.context(alice), f'{FOREIGN_BASE}<div id="w"></div>{faces}')

    await page.evaluate("() => { new MessengerWidgetV4('w'); }")

    await expect(page.locator("#w")).to_have_attribute("data-state", "ready")
    links = await page.eval_on_selector_all("#w a", "(links) => links.map((link) => new URL(link.href).origin)")
    assert set(links) == {origin}
    sent = await page.evaluate(f"() => new MessengerAPI().sendMessage('{talk}', 'From the shop')")
    assert sent["message"]["content"] == "From the shop"
    await page.click(".mwv4__foot a")
    await page.wait_for_url(f"{origin}/messenger/")


async def test_a_trigger_stays_on_its_own_host(visits: Visits, alice: User, bob: User, talk: str) -> None:
    visits.expect("403")  # the host's page has no CSRF token yet: one is fetched
    trigger = f'<button data-messenger-action="new-conversation" data-recipient-id="{bob.pk}">Write</button>'
    script = f'<script src="{visits.base_url}/messenger/js/MessengerTrigger.js"></script>'
    page = await host_page(visits, await visits.context(alice), f"{FOREIGN_BASE}{trigger}{script}")
    await page.wait_for_selector("[data-messenger-initialized]")

    await page.click("button")

    await page.wait_for_url(f"{visits.base_url}/messenger/?conversation={talk}")
