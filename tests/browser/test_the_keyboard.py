from playwright.async_api import Page, expect

from messenger.models import User
from tests.browser.visiting import Visits, message, say
from tests.live import direct
from tests.talks import lines
from tests.threads import in_a_thread

BOX = "#v4ComposerTextarea"
OPEN = ".messenger-v4__conversation-item[aria-current=true]"


async def _focused(page: Page) -> str:
    return str(await page.evaluate("() => document.activeElement.id || document.activeElement.dataset.id || ''"))


async def test_the_list_is_one_tab_stop_with_arrows(
    visits: Visits, alice: User, bob: User, carol: User, talk: str
) -> None:
    other = in_a_thread(lambda: direct(alice, carol))
    in_a_thread(lambda: lines(bob, talk, 1))
    page = await visits.open(alice)
    stops = page.locator('.messenger-v4__conversation-item[tabindex="0"]')
    await expect(stops).to_have_count(1)

    await stops.focus()
    await page.keyboard.press("ArrowDown")
    assert await _focused(page) == other
    await page.keyboard.press("Enter")

    await expect(page.locator("#v4ChatHeaderName")).to_have_text("Carol Chen")
    await expect(page.locator(BOX)).to_be_focused()
    await page.keyboard.press("Alt+ArrowUp")
    await expect(page.locator(OPEN)).to_have_attribute("data-id", talk)


async def test_f6_goes_round_the_regions(visits: Visits, alice: User, talk: str) -> None:
    page = await visits.open(alice, f"/messenger/?conversation={talk}")
    await page.focus(BOX)

    places = []
    for _ in range(3):
        await page.keyboard.press("F6")
        places.append(await _focused(page))

    assert places == [talk, "v4Messages", "v4ComposerTextarea"]


async def test_a_message_is_answered_without_a_mouse(visits: Visits, alice: User, bob: User, talk: str) -> None:
    in_a_thread(lambda: lines(bob, talk, 3))
    page = await visits.open(alice, f"/messenger/?conversation={talk}")

    await page.focus("#v4Messages")
    await page.keyboard.press("ArrowUp")
    await expect(page.locator(message("Line 2"))).to_be_focused()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await expect(page.locator("[data-action=reply]")).to_be_focused()
    await page.keyboard.press("Enter")

    await expect(page.locator("#v4ReplyBar")).to_contain_text("Line 2")
    await expect(page.locator(BOX)).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.locator("#v4ReplyBar")).to_be_hidden()


async def test_a_message_is_deleted_without_a_mouse(visits: Visits, alice: User, talk: str) -> None:
    in_a_thread(lambda: lines(alice, talk, 3))
    page = await visits.open(alice, f"/messenger/?conversation={talk}")
    await page.focus(message("Line 1"))

    await page.focus("[data-action=delete]")
    await page.keyboard.press("Enter")
    await expect(page.locator("#messenger-confirm [data-part=no]")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.locator(message("Line 1"))).to_be_focused()
    await page.focus("[data-action=delete]")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")

    await expect(page.locator("[data-deleted]")).to_be_focused()


async def test_the_menu_opens_moves_and_gives_the_focus_back(visits: Visits, alice: User, talk: str) -> None:
    page = await visits.open(alice, f"/messenger/?conversation={talk}")

    await page.focus("#v4ChatMenuBtn")
    await page.keyboard.press("Enter")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")

    await expect(page.locator(f"{OPEN}[data-pinned=true]")).to_have_count(1)
    await expect(page.locator("#v4ChatMenuBtn")).to_be_focused()


async def test_only_what_others_write_now_is_spoken(visits: Visits, alice: User, bob: User, talk: str) -> None:
    in_a_thread(lambda: lines(bob, talk, 2))
    alices = await visits.open(alice, f"/messenger/?conversation={talk}")
    bobs = await visits.open(bob, f"/messenger/?conversation={talk}")
    await alices.evaluate(
        "() => { window.spoken = []; const live = document.querySelector('#messenger-live');"
        "new MutationObserver(() => window.spoken.push(live.textContent)).observe(live, {childList: true}); }"
    )

    await say(alices, "My own")
    await say(bobs, "From bob")

    await expect(alices.locator(message("From bob"))).to_be_visible()
    assert await alices.evaluate("() => window.spoken") == ["Bob Baker: From bob"]
