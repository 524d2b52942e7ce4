"""The address of the messenger page says what is open, and what it names is shown as far as it is there."""

import pytest
from playwright.async_api import expect

from messenger.models import User
from tests.browser.visiting import Visits, message, say
from tests.live import direct
from tests.talks import client_of, lines
from tests.talks import say as write
from tests.threads import in_a_thread

BOX = "#v4ComposerTextarea"


async def test_what_an_address_filled_in_is_not_filled_in_again_once_sent(
    visits: Visits, alice: User, talk: str
) -> None:
    page = await visits.open(alice, f"/messenger/?conversation={talk}&tab=unread&prefill=Good+morning")
    await expect(page.locator(BOX)).to_have_value("Good morning")

    await page.press(BOX, "Enter")
    await expect(page.locator(message("Good morning"))).to_have_attribute("data-state", "sent")
    await page.reload()
    await page.wait_for_selector("messenger-app[data-ready=true]")

    await expect(page.locator(BOX)).to_have_value("")
    assert page.url == f"{visits.base_url}/messenger/?conversation={talk}&tab=unread"


async def test_the_open_conversation_opened_again_is_no_new_place(visits: Visits, alice: User, talk: str) -> None:
    page = await visits.open(alice)
    before = await page.evaluate("() => history.length")
    row = f'.messenger-v4__conversation-item[data-id="{talk}"]'

    await page.click(row)
    await expect(page.locator("#v4ChatHeaderName")).to_have_text("Bob Baker")
    await page.click(row)
    await page.dblclick(row)

    assert await page.evaluate("() => history.length") == before + 1
    await page.go_back()
    await expect(page.locator("#v4ChatEmpty")).to_be_visible()


@pytest.mark.parametrize("name", ["foreign", "unknown", "malformed"])
async def test_a_message_that_is_not_there_hides_nothing_else(
    visits: Visits, alice: User, bob: User, carol: User, talk: str, name: str
) -> None:
    visits.expect("404", "400")
    in_a_thread(lambda: lines(bob, talk, 2))
    foreign = in_a_thread(lambda: str(write(client_of(bob), direct(bob, carol))["id"]))
    address = {"foreign": foreign, "unknown": "987654321", "malformed": "../12"}[name]

    page = await visits.open(alice, f"/messenger/?conversation={talk}&message={address}")

    await expect(page.locator(".messenger-toast")).to_contain_text("This message is not available.")
    await expect(page.locator(".messenger-v4__message-text")).to_have_text(["Line 0", "Line 1"])
    await say(page, "Still here")
    await expect(page.locator(message("Still here"))).to_have_attribute("data-state", "sent")
