"""Seed 000's verification steps QA-1 to QA-4; the times are thrice what a person should see."""

import json
import time

from playwright.async_api import expect

from messenger.models import User
from tests.browser.visiting import Visits, message, say
from tests.talks import lines
from tests.threads import in_a_thread

CONVERSATION = ".messenger-v4__conversation-item"


async def test_the_page_is_ready_soon(visits: Visits, alice: User, talk: str) -> None:
    began = time.monotonic()

    page = await visits.open(alice)

    assert time.monotonic() - began < 6
    await expect(page.locator(f'{CONVERSATION}[data-id="{talk}"]')).to_contain_text("Bob Baker")


async def test_a_click_opens_the_conversation(visits: Visits, alice: User, bob: User, talk: str) -> None:
    in_a_thread(lambda: lines(bob, talk, 40))
    page = await visits.open(alice)

    await page.click(f'{CONVERSATION}[data-id="{talk}"]')

    await expect(page.locator("#v4ChatHeaderName")).to_have_text("Bob Baker", timeout=9000)
    await expect(page.locator("#v4ComposerTextarea")).to_be_focused()
    await expect(page.locator(".messenger-v4__unread-divider")).to_be_in_viewport()
    assert page.url.endswith(f"/messenger/?conversation={talk}")


async def test_a_conversation_that_does_not_load_says_so_and_can_be_tried_again(
    visits: Visits, alice: User, bob: User, talk: str
) -> None:
    visits.expect("ERR_FAILED")
    in_a_thread(lambda: lines(bob, talk, 3))
    page = await visits.open(alice)
    await page.route("**/messages*", lambda route: route.abort())

    await page.click(f'{CONVERSATION}[data-id="{talk}"]')
    await expect(page.locator("#v4Messages")).to_have_text("Loading messages …")
    await page.wait_for_selector("#v4Messages [data-action=reload]")
    await page.unroute("**/messages*")
    await page.click("#v4Messages [data-action=reload]")

    await expect(page.locator("#v4Messages .messenger-v4__message")).to_have_count(3)


async def test_a_conversation_without_news_opens_at_its_end(visits: Visits, alice: User, bob: User, talk: str) -> None:
    in_a_thread(lambda: lines(alice, talk, 40))
    page = await visits.open(alice)

    await page.click(f'{CONVERSATION}[data-id="{talk}"]')

    await expect(page.locator(message("Line 39"))).to_be_in_viewport(timeout=9000)


async def test_what_is_sent_shows_at_once_and_once(visits: Visits, alice: User, talk: str) -> None:
    page = await visits.open(alice, f"/messenger/?conversation={talk}")

    await say(page, "Hello Bob")

    row = page.locator(message("Hello Bob"))
    await expect(row).to_be_visible(timeout=150)
    await expect(row).not_to_have_attribute("data-state", "sending", timeout=9000)
    await expect(row).to_have_count(1)
    await expect(page.locator(f'{CONVERSATION}[data-id="{talk}"] .messenger-v4__preview')).to_have_text(
        "You: Hello Bob"
    )
    await expect(page.locator("#v4ComposerTextarea")).to_have_value("")


async def test_the_other_one_hears_each_message_once(visits: Visits, alice: User, bob: User, talk: str) -> None:
    alices = await visits.open(alice, f"/messenger/?conversation={talk}")
    bobs = await visits.open(bob, f"/messenger/?conversation={talk}")
    await bobs.wait_for_selector('#messenger-connection[data-mode="websocket"]', state="attached")
    await bobs.evaluate(
        "() => { const chat = document.querySelector('chat-view'); const own = chat._onNewMessage;"
        "chat._onNewMessage = function (event) { window.heard.ran.push(event.type); return own.call(this, event); }; }"
    )

    await say(alices, "Are you there?")

    row = bobs.locator(message("Are you there?"))
    await expect(row).to_be_visible(timeout=9000)
    await expect(row).to_have_count(1)
    heard = await bobs.evaluate("() => window.heard")
    identifier = await row.get_attribute("data-id")
    assert (heard["v4"], heard["legacy"]) == ([identifier], [identifier])
    assert heard["ran"] == ["messenger:v4:message", "messenger:new-message"]
    frames = [json.loads(frame) for frame in visits.frames if '"messenger:v4:message"' in frame]
    assert [frame["data"]["message"]["id"] for frame in frames].count(
        identifier
    ) == 2  # alice's own devices hear it too


async def test_a_long_talk_stays_in_order(visits: Visits, alice: User, bob: User, talk: str) -> None:
    alices = await visits.open(alice, f"/messenger/?conversation={talk}")
    bobs = await visits.open(bob, f"/messenger/?conversation={talk}")

    for number in range(8):
        await say(alices if number % 2 == 0 else bobs, f"Turn {number}")

    for page in (alices, bobs):
        await expect(page.locator(".messenger-v4__message")).to_have_count(8)
        await expect(page.locator('.messenger-v4__message[data-state="sending"]')).to_have_count(0)
    written = await alices.locator(".messenger-v4__message-text").all_inner_texts()
    assert sorted(written) == [f"Turn {number}" for number in range(8)]
    assert written == await bobs.locator(".messenger-v4__message-text").all_inner_texts()


async def test_typing_shows_to_the_other_one_only(visits: Visits, alice: User, bob: User, talk: str) -> None:
    alices = await visits.open(alice, f"/messenger/?conversation={talk}")
    bobs = await visits.open(bob, f"/messenger/?conversation={talk}")
    for page in (alices, bobs):
        await page.wait_for_selector('#messenger-connection[data-mode="websocket"]', state="attached")

    await alices.type("#v4ComposerTextarea", "I am wri")

    await expect(bobs.locator("#v4TypingBubble")).to_contain_text("Alice Martin is typing", timeout=1000)
    await expect(alices.locator("#v4TypingBubble")).to_be_hidden()
    await alices.fill("#v4ComposerTextarea", "")
    await expect(bobs.locator("#v4TypingBubble")).to_be_hidden(timeout=4000)
