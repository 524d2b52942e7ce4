from playwright.async_api import Page, expect

from messenger.models import User
from tests.browser.visiting import Visits, message, say
from tests.live import group
from tests.talks import client_of, lines
from tests.talks import say as write
from tests.threads import in_a_thread

LIST = "#v4Messages"
LAST_SEQ = "Number(document.querySelector('#v4Messages').lastElementChild.dataset.seq)"


async def _top_of(page: Page, text: str) -> float:
    box = await page.locator(message(text)).bounding_box()
    assert box is not None
    return box["y"]


async def test_the_divider_stands_above_the_first_unread_of_others(
    visits: Visits, alice: User, bob: User, talk: str
) -> None:
    in_a_thread(lambda: lines(bob, talk, 20))
    in_a_thread(lambda: client_of(alice).post(f"/api/v4/messenger/conversations/{talk}/read"))
    in_a_thread(lambda: write(client_of(alice), talk, "My own"))
    in_a_thread(lambda: lines(bob, talk, 30))
    page = await visits.open(alice, f"/messenger/?conversation={talk}")

    divider = page.locator(".messenger-v4__unread-divider")
    await expect(divider).to_be_in_viewport()
    following = page.locator(".messenger-v4__unread-divider + .messenger-v4__message .messenger-v4__message-text")
    await expect(following).to_have_text("Line 0")
    box = await divider.bounding_box()
    assert box is not None
    assert 64 < box["y"] < 64 + (768 - 64) / 2


async def test_what_arrives_below_is_counted_and_moves_nothing(
    visits: Visits, alice: User, bob: User, talk: str
) -> None:
    in_a_thread(lambda: lines(alice, talk, 40))
    page = await visits.open(alice, f"/messenger/?conversation={talk}")
    await page.wait_for_selector('#messenger-connection[data-mode="websocket"]', state="attached")
    await page.evaluate("() => { document.querySelector('#v4Messages').scrollTop -= 500; }")
    await page.wait_for_timeout(200)
    before = await _top_of(page, "Line 25")

    in_a_thread(lambda: [write(client_of(bob), talk, f"News {number}") for number in range(3)])

    await expect(page.locator("#v4ScrollToBottom")).to_have_attribute("data-count", "3")
    assert abs(await _top_of(page, "Line 25") - before) <= 1
    await page.click("#v4ScrollToBottom")
    await expect(page.locator(message("News 2"))).to_be_in_viewport()
    await expect(page.locator("#v4ScrollToBottom")).to_be_hidden()


async def test_older_messages_load_without_moving_the_view(visits: Visits, alice: User, talk: str) -> None:
    in_a_thread(lambda: lines(alice, talk, 120))
    page = await visits.open(alice, f"/messenger/?conversation={talk}")
    await expect(page.locator(".messenger-v4__message")).to_have_count(50)
    await page.evaluate("() => { document.querySelector('#v4Messages').scrollTop = 620; }")
    await page.wait_for_timeout(100)
    before = await _top_of(page, "Line 85")

    await page.evaluate("() => { document.querySelector('#v4Messages').scrollTop -= 40; }")

    await expect(page.locator(".messenger-v4__message")).to_have_count(100)
    assert abs(await _top_of(page, "Line 85") - before - 40) <= 2


async def test_a_named_message_is_shown_and_marked(visits: Visits, alice: User, talk: str) -> None:
    in_a_thread(lambda: lines(alice, talk, 150))
    found = in_a_thread(lambda: client_of(alice).get(f"/api/v4/messenger/conversations/{talk}/messages?around=seq:10"))
    identifier = next(each["id"] for each in found[1]["messages"] if each["content"] == "Line 9")

    page = await visits.open(alice, f"/messenger/?conversation={talk}&message={identifier}")

    row = page.locator(message("Line 9"))
    await expect(row).to_be_in_viewport()
    await expect(row).to_have_attribute("data-highlighted", "")
    await page.click("#v4ScrollToBottom")
    await expect(page.locator(message("Line 149"))).to_be_in_viewport()


async def test_the_end_of_what_is_loaded_is_not_the_newest_message(
    visits: Visits, alice: User, bob: User, talk: str
) -> None:
    page = await _in_the_past(visits, alice, bob, talk)
    last = int(
        await page.evaluate(f"() => {{ document.querySelector('{LIST}').scrollTo(0, 1e6); return {LAST_SEQ}; }}")
    )
    before = await _top_of(page, f"Line {last - 5}")

    await page.wait_for_function(f"(last) => {LAST_SEQ} > last", arg=last)

    await page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert abs(await _top_of(page, f"Line {last - 5}") - before) <= 2
    assert await page.evaluate(f"() => {LAST_SEQ}") == last + 50
    button = page.locator("#v4ScrollToBottom")
    await expect(button).to_be_visible()
    await expect(button).to_have_attribute("data-count", "0")
    await page.wait_for_selector('#messenger-connection[data-mode="websocket"]', state="attached")
    in_a_thread(lambda: write(client_of(bob), talk, "News"))
    await expect(button).to_have_attribute("data-count", "1")
    await button.click()
    await expect(page.locator(message("News"))).to_be_in_viewport()
    await expect(button).to_be_hidden()


async def test_what_one_sends_from_the_past_is_shown_at_the_end(
    visits: Visits, alice: User, bob: User, talk: str
) -> None:
    page = await _in_the_past(visits, alice, bob, talk)

    await say(page, "From the past")

    await expect(page.locator(message("From the past"))).to_be_in_viewport()
    await expect(page.locator(message("Line 249"))).to_be_in_viewport()
    await expect(page.locator("#v4ScrollToBottom")).to_be_hidden()


async def _in_the_past(visits: Visits, alice: User, bob: User, talk: str) -> Page:
    """Alice's page at Line 99 of 250, once it stands still."""
    in_a_thread(lambda: lines(bob, talk, 250))
    found = in_a_thread(lambda: client_of(alice).get(f"/api/v4/messenger/conversations/{talk}/messages?around=seq:100"))
    identifier = next(each["id"] for each in found[1]["messages"] if each["content"] == "Line 99")
    page = await visits.open(alice, f"/messenger/?conversation={talk}&message={identifier}")
    await expect(page.locator(f"{message('Line 99')}[data-highlighted]")).to_be_in_viewport()
    return page


async def test_leaving_a_group_takes_it_off_the_screen(
    visits: Visits, alice: User, bob: User, carol: User, talk: str
) -> None:
    crew = in_a_thread(lambda: group(bob, alice, carol))
    page = await visits.open(alice, f"/messenger/?conversation={crew}")
    await expect(page.locator("#v4ChatHeaderStatus")).to_have_text("3 members")
    await page.wait_for_selector('#messenger-connection[data-mode="websocket"]', state="attached")

    path = f"/api/v4/messenger/conversations/{crew}/participants/{alice.pk}"
    assert in_a_thread(lambda: client_of(bob).delete(path))[0] == 200

    await expect(page.get_by_text("This conversation is not available")).to_be_visible(timeout=9000)
    await expect(page.locator(".messenger-v4__conversation-item")).to_have_count(1)


async def test_a_closed_conversation_says_why_nothing_can_be_written(
    visits: Visits, alice: User, bob: User, talk: str
) -> None:
    page = await visits.open(alice, f"/messenger/?conversation={talk}")
    await page.wait_for_selector('#messenger-connection[data-mode="websocket"]', state="attached")
    await page.fill("#v4ComposerTextarea", "Half a sentence")

    assert in_a_thread(lambda: client_of(bob).post("/api/v4/messenger/blocks", {"userId": alice.pk}))[0] == 201

    await expect(page.locator("#v4ComposerNotice")).to_have_text("You cannot write to this person.", timeout=9000)
    await expect(page.locator("#v4ComposerTextarea")).to_be_disabled()
    await expect(page.locator("#v4ComposerTextarea")).to_have_value("Half a sentence")
