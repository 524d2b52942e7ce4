"""Seed 000's step QA-6, and what two tabs of one person show."""

import pytest
from playwright.async_api import Page, expect

from messenger.models import User
from tests.browser.visiting import Visits, say
from tests.talks import client_of, lines
from tests.talks import say as write
from tests.threads import in_a_thread

BADGES = "#messenger-dashboard-widget .mwv4__badge, #messenger-dashboard-widget-supplier .mwv4__badge"


async def _unread(page: Page) -> int:
    return int(await page.evaluate("async () => (await (await fetch('/api/v4/messenger/unread')).json()).unreadCount"))


@pytest.mark.parametrize("role", ["customer", "supplier"])
async def test_the_dashboard_shows_what_the_server_counts(
    visits: Visits, alice: User, bob: User, talk: str, role: str
) -> None:
    reader, writer = (alice, bob) if role == "customer" else (bob, alice)
    in_a_thread(lambda: lines(writer, talk, 2))
    page = await visits.open(reader, f"/dashboard-{role}.html")
    badge = page.locator(BADGES).first
    await expect(badge).to_have_text("2")
    assert await _unread(page) == 2

    in_a_thread(lambda: write(client_of(writer), talk, "One more"))
    await expect(badge).to_have_text("3", timeout=9000)
    await expect(page.locator("[data-messenger-unread]")).to_have_text("3")

    in_a_thread(lambda: client_of(reader).post(f"/api/v4/messenger/conversations/{talk}/read"))
    await expect(badge).to_be_hidden(timeout=9000)
    assert await _unread(page) == 0


async def test_reading_in_one_tab_clears_the_other(visits: Visits, alice: User, bob: User, talk: str) -> None:
    in_a_thread(lambda: lines(bob, talk, 2))
    list_page = await visits.open(alice)
    pill = list_page.locator(f'.messenger-v4__conversation-item[data-id="{talk}"] .messenger-v4__unread-badge')
    await expect(pill).to_have_text("2")
    assert (await list_page.title()).startswith("(2)")

    await visits.page(list_page.context, f"/messenger/?conversation={talk}")

    await expect(pill).to_be_hidden(timeout=9000)
    await expect(list_page).to_have_title("Messages – Messenger")


async def test_a_quick_reply_from_the_widget_arrives(visits: Visits, alice: User, bob: User, talk: str) -> None:
    in_a_thread(lambda: lines(alice, talk, 1))
    alices = await visits.open(alice, f"/messenger/?conversation={talk}")
    bobs = await visits.open(bob, "/dashboard/supplier")

    await bobs.click(f'.mwv4__item[data-conversation-id="{talk}"] .mwv4__row')
    await bobs.fill(f'.mwv4__reply-panel[data-reply-for="{talk}"] textarea', "From the dashboard")
    await bobs.click("[data-action=send]")

    await expect(alices.locator(".messenger-v4__message-text").last).to_have_text("From the dashboard", timeout=9000)
    await expect(bobs.locator(".mwv4__preview").first).to_have_text("You: From the dashboard")
    await bobs.fill("#widget-search-input-supplier", "nobody of that name")
    await expect(bobs.locator(".mwv4__note")).to_have_text("No conversation found.")


async def test_a_message_elsewhere_is_told_once(visits: Visits, alice: User, bob: User, talk: str) -> None:
    page = await visits.open(bob, "/dashboard/supplier")
    alices = await visits.open(alice, f"/messenger/?conversation={talk}")
    await expect(page.locator(".mwv4__item")).to_have_count(1)
    await page.wait_for_timeout(500)

    await say(alices, "Look here")

    await expect(page.locator(".messenger-toast")).to_have_count(1)
    await page.click(".messenger-toast__words")
    await expect(page.locator(".messenger-v4__message-text").last).to_have_text("Look here")
