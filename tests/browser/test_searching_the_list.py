from playwright.async_api import expect

from messenger.models import User
from tests.browser.visiting import Visits
from tests.live import direct
from tests.talks import lines
from tests.threads import in_a_thread

ITEMS = ".messenger-v4__conversation-item"


async def test_a_search_holds_until_a_tab_is_chosen(
    visits: Visits, alice: User, bob: User, carol: User, talk: str
) -> None:
    in_a_thread(lambda: lines(bob, talk, 1))
    in_a_thread(lambda: direct(alice, carol))
    page = await visits.open(alice)

    await page.fill("#v4Search", "carol")
    await expect(page.locator(ITEMS)).to_have_count(1)
    await expect(page.locator(ITEMS)).to_contain_text("Carol Chen")
    await page.fill("#v4Search", "nobody of that name")
    await expect(page.locator("#v4ListScroller")).to_contain_text("No conversation found")
    await page.click(".messenger-v4__filter-tab[data-tab=unread]")

    await expect(page.locator(ITEMS)).to_have_count(1)
    await expect(page.locator(ITEMS)).to_contain_text("Bob Baker")
    await expect(page.locator("#v4Search")).to_have_value("")
