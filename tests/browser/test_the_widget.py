"""Quick replies on a dashboard: what becomes of each is seen there."""

import json

from playwright.async_api import BrowserContext, Page, WebSocketRoute, expect

from messenger.models import Message, User
from messenger.services.api_clients import create_client
from tests.browser.visiting import Visits
from tests.flows.conftest import open_bid
from tests.rest import Rest
from tests.talks import CONVERSATIONS, lines
from tests.threads import in_a_thread

REFUSED = "No, thank you."
UNSENT = ".mwv4__unsent"


class RefusingFirst:
    """A server that refuses what is sent, until told otherwise."""

    is_refusing = True

    def __call__(self, browser_side: WebSocketRoute) -> None:
        server_side = browser_side.connect_to_server()

        def on_message(said: str | bytes) -> None:
            frame = json.loads(said)
            if frame["event"] != "messenger:v4:send" or not self.is_refusing:
                server_side.send(said)
                return
            error = {"code": "message_rejected", "message": REFUSED, "details": {}}
            browser_side.send(json.dumps({"ref": frame["ref"], "ok": False, "error": error}))

        browser_side.on_message(on_message)


async def _reply(page: Page, talk: str, text: str) -> None:
    await page.click(f'.mwv4__item[data-conversation-id="{talk}"] .mwv4__row')
    await page.fill(".mwv4__reply-panel textarea", text)
    await page.click(".mwv4__reply-panel [data-action=send]")


async def _dashboard(visits: Visits, context: BrowserContext, talk: str) -> Page:
    page = await visits.page(context, "/dashboard/customer")
    await page.wait_for_selector(f'.mwv4__item[data-conversation-id="{talk}"]')
    return page


async def test_a_refused_reply_says_why_and_goes_out_by_retry(
    visits: Visits, alice: User, bob: User, talk: str
) -> None:
    in_a_thread(lambda: lines(bob, talk, 1))
    socket = RefusingFirst()
    context = await visits.context(alice)
    await context.route_web_socket("**/ws/messenger/", socket)
    page = await _dashboard(visits, context, talk)
    await page.wait_for_function("() => window.heard")

    await _reply(page, talk, "Buy now")
    await expect(page.locator(UNSENT)).to_contain_text("Buy now")
    await expect(page.locator(f"{UNSENT} [role=alert]")).to_have_text(REFUSED)
    socket.is_refusing = False
    await page.click(f"{UNSENT} [data-action=retry]")

    await expect(page.locator(UNSENT)).to_have_count(0)
    await expect(page.locator(".mwv4__preview").first).to_have_text("You: Buy now")
    assert in_a_thread(lambda: list(Message.objects.values_list("content", flat=True))) == ["Line 0", "Buy now"]


async def test_a_refused_reply_can_be_thrown_away(visits: Visits, alice: User, bob: User, talk: str) -> None:
    in_a_thread(lambda: lines(bob, talk, 1))
    context = await visits.context(alice)
    await context.route_web_socket("**/ws/messenger/", RefusingFirst())
    page = await _dashboard(visits, context, talk)
    await _reply(page, talk, "Buy now")

    await page.click(f"{UNSENT} [data-action=discard]")

    await expect(page.locator(UNSENT)).to_have_count(0)
    await page.reload()
    await page.wait_for_selector(f'.mwv4__item[data-conversation-id="{talk}"]')
    await expect(page.locator(UNSENT)).to_have_count(0)


async def test_a_reply_written_without_network_shows_until_it_is_sent(
    visits: Visits, alice: User, bob: User, talk: str
) -> None:
    visits.expect("ERR_INTERNET_DISCONNECTED")
    in_a_thread(lambda: lines(bob, talk, 1))
    page = await _dashboard(visits, await visits.context(alice), talk)
    await page.context.set_offline(True)

    await _reply(page, talk, "See you there")

    await expect(page.locator(UNSENT)).to_contain_text("See you there")
    await expect(page.locator(UNSENT)).to_contain_text("Sending")
    await page.context.set_offline(False)
    await expect(page.locator(UNSENT)).to_have_count(0)
    assert in_a_thread(Message.objects.count) == 2


async def test_where_nothing_can_be_written_the_panel_says_why_until_it_can(
    visits: Visits, server: object, adam: User, alice: User, bob: User
) -> None:
    def automated() -> tuple[Rest, str]:
        integrator = Rest(csrf=False, token=create_client(name="Offers", owner=adam, scopes=["flow"])[1])
        return integrator, str(open_bid(integrator, alice, bob, flow={"flowState": "offered"})[1]["conversation"]["id"])

    integrator, bid = in_a_thread(automated)
    page = await _dashboard(visits, await visits.context(alice), bid)
    await page.click(f'.mwv4__item[data-conversation-id="{bid}"] .mwv4__row')
    panel = page.locator(".mwv4__reply-panel")

    await expect(panel.get_by_role("alert")).to_contain_text("This conversation is automated")
    await expect(panel.locator("textarea")).to_be_disabled()
    await expect(panel.locator("[data-action=send]")).to_be_disabled()
    in_a_thread(lambda: integrator.post(f"{CONVERSATIONS}/{bid}/flow", {"chatStatus": "real_time"}))

    await expect(panel.locator("textarea")).to_be_enabled(timeout=9000)
    await expect(panel.get_by_role("alert")).to_be_hidden()
    await panel.locator("textarea").fill("Hello")
    await panel.locator("[data-action=send]").click()
    await expect(page.locator(".mwv4__preview").first).to_have_text("You: Hello")
