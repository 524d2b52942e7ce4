import json

from playwright.async_api import Page, WebSocketRoute, expect

from messenger.models import User
from tests.browser.visiting import Visits, message, say
from tests.talks import client_of
from tests.threads import in_a_thread

ROW = ".messenger-v4__message--sent"
SEVEN = message("Seven o'clock")
EIGHT = message("Eight o'clock")

WATCH = """() => {
  window.states = [];
  const list = document.querySelector('#v4Messages');
  const note = () => {
    const row = list.querySelector('.messenger-v4__message--sent');
    if (row && row.dataset.state !== window.states[window.states.length - 1]) window.states.push(row.dataset.state);
  };
  new MutationObserver(note).observe(list, {childList: true, subtree: true, attributes: true});
}"""


async def test_a_message_goes_from_sending_to_read_and_never_back(
    visits: Visits, alice: User, bob: User, talk: str
) -> None:
    page = await visits.open(alice, f"/messenger/?conversation={talk}")
    await page.evaluate(WATCH)

    await say(page, "Did you get it?")
    await _shows(page, "Sent")
    bobs = await visits.open(bob)
    await _shows(page, "Delivered")
    await bobs.click(f'.messenger-v4__conversation-item[data-id="{talk}"]')
    await _shows(page, "Read")

    assert await page.evaluate("() => window.states") == ["sending", "sent", "delivered", "read"]


async def test_enter_twice_sends_once(visits: Visits, alice: User, talk: str) -> None:
    page = await visits.open(alice, f"/messenger/?conversation={talk}")
    await page.fill("#v4ComposerTextarea", "Only once")

    await page.keyboard.press("Enter")
    await page.keyboard.press("Enter")
    await _shows(page, "Sent")

    await expect(page.locator(ROW)).to_have_count(1)


async def test_a_double_click_on_send_sends_once(visits: Visits, alice: User, talk: str) -> None:
    page = await visits.open(alice, f"/messenger/?conversation={talk}")
    await page.fill("#v4ComposerTextarea", "Only once")

    await page.dblclick("#v4SendBtn")
    await _shows(page, "Sent")

    await expect(page.locator(ROW)).to_have_count(1)


async def test_a_refused_message_says_why_and_can_be_thrown_away(
    visits: Visits, alice: User, bob: User, talk: str
) -> None:
    context = await visits.context(alice)
    await context.route_web_socket("**/ws/messenger/", lambda side: refusing(side, "messenger:v4:send"))
    page = await visits.page(context, f"/messenger/?conversation={talk}")
    await page.wait_for_selector('#messenger-connection[data-mode="websocket"]', state="attached")

    await say(page, "Buy now")

    row = page.locator(ROW)
    await expect(row).to_have_attribute("data-state", "failed", timeout=15_000)
    await expect(row).to_contain_text("No, thank you.")
    await row.locator("[data-action=discard]").click()
    await expect(row).to_have_count(0)


async def test_edit_delete_reply_and_react_reach_the_other_one(
    visits: Visits, alice: User, bob: User, talk: str
) -> None:
    alices = await visits.open(alice, f"/messenger/?conversation={talk}")
    bobs = await visits.open(bob, f"/messenger/?conversation={talk}")
    await say(alices, "Seven o'clock")
    await expect(bobs.locator(SEVEN)).to_be_visible()

    await bobs.hover(SEVEN)
    await bobs.click(f"{SEVEN} [data-action=react]")
    await bobs.click('[data-quick="👍"]')
    await expect(alices.locator('.messenger-v4__reaction[data-emoji="👍"]')).to_have_text("👍 1", timeout=9000)

    await bobs.hover(SEVEN)
    await bobs.click(f"{SEVEN} [data-action=reply]")
    await say(bobs, "Fine with me")
    await expect(alices.locator(f"{message('Fine with me')} .messenger-v4__quote")).to_contain_text("Seven o'clock")

    await alices.focus("#v4ComposerTextarea")
    await alices.keyboard.press("ArrowUp")
    await expect(alices.locator("#v4EditBar")).to_be_visible()
    await say(alices, "Eight o'clock")
    edited = bobs.locator(EIGHT)
    await expect(edited.locator(".messenger-v4__edited-label")).to_be_visible(timeout=9000)

    await alices.hover(EIGHT)
    await alices.click(f"{EIGHT} [data-action=delete]")
    await alices.click("#messenger-confirm [data-part=yes]")
    await expect(bobs.locator(message("Message deleted"))).to_be_visible(timeout=9000)
    await expect(bobs.locator(EIGHT)).to_have_count(0)


async def test_the_actions_move_on_though_the_focus_was_in_them(visits: Visits, alice: User, talk: str) -> None:
    page = await visits.open(alice, f"/messenger/?conversation={talk}")
    await say(page, "Seven o'clock")
    await say(page, "Or eight?")
    await expect(page.locator('.messenger-v4__message[data-state="sending"]')).to_have_count(0)

    await page.hover(SEVEN)
    await page.click(f"{SEVEN} [data-action=react]")
    await page.hover(message("Or eight?"))
    await page.click(f"{message('Or eight?')} [data-action=reply]")

    await expect(page.locator("#v4ReplyBar")).to_contain_text("Or eight?")


async def test_an_edit_that_is_refused_is_not_lost(visits: Visits, alice: User, talk: str) -> None:
    context = await visits.context(alice)
    await context.route_web_socket("**/ws/messenger/", lambda side: refusing(side, "messenger:v4:edit"))
    page = await visits.page(context, f"/messenger/?conversation={talk}")
    await page.wait_for_selector('#messenger-connection[data-mode="websocket"]', state="attached")
    await say(page, "Seven o'clock")
    await _shows(page, "Sent")

    await page.press("#v4ComposerTextarea", "ArrowUp")
    await say(page, "Eight o'clock")

    await expect(page.locator("#messenger-toasts")).to_contain_text("No, thank you.")
    await expect(page.locator(SEVEN)).to_be_visible()
    await expect(page.locator("#v4EditBar")).to_be_visible()
    await expect(page.locator("#v4ComposerTextarea")).to_have_value("Eight o'clock")


async def test_an_edit_outlives_its_message(visits: Visits, alice: User, talk: str) -> None:
    page = await visits.open(alice, f"/messenger/?conversation={talk}")
    await page.wait_for_selector('#messenger-connection[data-mode="websocket"]', state="attached")
    await say(page, "Seven o'clock")
    await _shows(page, "Sent")
    identifier = await page.get_attribute(SEVEN, "data-id")
    await page.press("#v4ComposerTextarea", "ArrowUp")
    await page.fill("#v4ComposerTextarea", "Eight o'clock")

    assert in_a_thread(lambda: client_of(alice).delete(f"/api/v4/messenger/messages/{identifier}"))[0] == 200

    await expect(page.locator("#v4EditBar")).to_be_hidden()
    await expect(page.locator("#v4ComposerTextarea")).to_have_value("Eight o'clock")
    await expect(page.locator("#messenger-toasts")).to_contain_text("deleted")


def refusing(browser_side: WebSocketRoute, event: str) -> None:
    """A server that takes everything but that event."""
    server_side = browser_side.connect_to_server()

    def on_message(said: str | bytes) -> None:
        frame = json.loads(said)
        if frame["event"] != event:
            server_side.send(said)
            return
        error = {"code": "message_rejected", "message": "No, thank you.", "details": {}}
        browser_side.send(json.dumps({"ref": frame["ref"], "ok": False, "error": error}))

    browser_side.on_message(on_message)


async def _shows(page: Page, words: str) -> None:
    await expect(page.locator(f"{ROW} .messenger-v4__state-words").first).to_have_text(words, timeout=9000)
