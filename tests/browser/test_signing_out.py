"""Signing out, wherever one is: asks while something is unsent, then leaves nothing of it on this device."""

import re
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, Page, expect

from messenger.models import Offer, Participant, User
from tests.browser.test_message_states import ROW, refusing
from tests.browser.visiting import Visits, say
from tests.threads import in_a_thread

KEPT_HERE = """async () => {
  const drafts = Object.keys(localStorage).filter((key) => key.startsWith('messenger-draft:'));
  const done = (request) => new Promise((resolve) => { request.onsuccess = () => resolve(request.result); });
  const unsent = [];
  for (const { name } of await indexedDB.databases()) {
    const database = await done(indexedDB.open(name));
    for (const name of database.objectStoreNames) {
      unsent.push(...await done(database.transaction(name).objectStore(name).getAll()));
    }
    database.close();
  }
  return [drafts.length, unsent.map(({ content }) => content)];
}"""


async def _leaving_something(visits: Visits, context: BrowserContext, talk: str) -> Page:
    """A page on which one message failed, and another is half written and not on the server yet."""
    visits.expect("ERR_FAILED", "CLOSING or CLOSED")  # of the test's own socket, whose page is left
    await context.route_web_socket("**/ws/messenger/", lambda side: refusing(side, "messenger:v4:send"))
    page = await visits.page(context, f"/messenger/?conversation={talk}")
    await page.wait_for_selector('#messenger-connection[data-mode="websocket"]', state="attached")
    await page.route(f"**/conversations/{talk}", lambda route: route.abort())
    await say(page, "Buy now")
    await expect(page.locator(ROW)).to_have_attribute("data-state", "failed")
    await page.fill("#v4ComposerTextarea", "Half a sentence")
    await page.wait_for_function("() => Object.values(localStorage).some((kept) => kept.includes('Half a sentence'))")
    return page


async def _sign_out(page: Page) -> None:
    await page.click(".account-menu summary")
    await page.click("form[data-sign-out] button")


@pytest.mark.parametrize("place", ["/dashboard/customer", "/packages/old-mill/", "/messenger/"])
async def test_it_asks_and_clears_everywhere(visits: Visits, alice: User, bob: User, talk: str, place: str) -> None:
    in_a_thread(lambda: Offer.objects.create(kind="package", slug="old-mill", title="The old mill", owner=bob))
    page = await _leaving_something(visits, await visits.context(alice), talk)
    await page.goto(place)
    await page.unroute_all()

    await _sign_out(page)
    await expect(page.locator("#messenger-confirm")).to_contain_text("1 message is not sent yet.")
    await page.click("#messenger-confirm [data-part=no]")
    assert page.url == f"{visits.base_url}{place}"
    assert await page.evaluate(KEPT_HERE) == [1, ["Buy now"]]
    await _sign_out(page)
    await page.click("#messenger-confirm [data-part=yes]")

    await expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    assert await page.evaluate(KEPT_HERE) == [0, []]
    draft = in_a_thread(lambda: Participant.objects.get(user=alice, conversation_id=int(talk)).draft)
    assert draft is not None
    assert draft["text"] == "Half a sentence"


async def test_what_is_unsent_can_be_saved_as_a_file(visits: Visits, alice: User, talk: str) -> None:
    page = await _leaving_something(visits, await visits.context(alice), talk)
    await _sign_out(page)

    async with page.expect_download() as started:
        await page.get_by_role("link", name="Save as a file").click()

    text = Path(await (await started.value).path()).read_text()
    assert re.fullmatch(r"Bob Baker, 20\S+Z\nBuy now\n", text)
    await expect(page.locator("#messenger-confirm")).to_be_visible()


@pytest.mark.parametrize("place", ["/dashboard/customer", "/messenger/"])
async def test_with_nothing_unsent_it_does_not_ask(visits: Visits, alice: User, talk: str, place: str) -> None:
    page = await visits.open(alice, place)

    await _sign_out(page)

    await expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
