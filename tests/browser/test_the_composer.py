import asyncio

import pytest
from playwright.async_api import Request, Route, expect

from messenger.models import Participant, User
from tests.browser.visiting import PHONE, Visits, message, say
from tests.talks import client_of
from tests.threads import in_a_thread

BOX = "#v4ComposerTextarea"
TOO_SMALL = """(targets) => targets.map((target) => [target.className, target.getBoundingClientRect()])
  .filter(([, { width, height }]) => height > 0 && (width < 44 || height < 44)).map(([name]) => name)"""


async def test_enter_sends_and_shift_enter_breaks(visits: Visits, alice: User, talk: str) -> None:
    page = await visits.open(alice, f"/messenger/?conversation={talk}")

    await page.type(BOX, "One")
    await page.press(BOX, "Shift+Enter")
    await page.type(BOX, "Two")
    await page.press(BOX, "Enter")

    await expect(page.locator(".messenger-v4__message-text")).to_have_text(["One\nTwo"], use_inner_text=True)


async def test_enter_belongs_to_the_input_method_while_it_composes(visits: Visits, alice: User, talk: str) -> None:
    page = await visits.open(alice, f"/messenger/?conversation={talk}")
    await page.fill(BOX, "にほん")

    await page.eval_on_selector(
        BOX,
        "(box) => box.dispatchEvent(new KeyboardEvent('keydown', "
        "{key: 'Enter', isComposing: true, bubbles: true, cancelable: true}))",
    )

    await expect(page.locator(BOX)).to_have_value("にほん")
    await expect(page.locator(".messenger-v4__message")).to_have_count(0)


@pytest.mark.parametrize(
    ("length", "words"),
    [(8_999, None), (9_000, "9,000 of 10,000 characters"), (10_000, "10,000 of 10,000 characters")],
)
async def test_the_counter_counts_code_points(
    visits: Visits, alice: User, talk: str, length: int, words: str | None
) -> None:
    page = await visits.open(alice, f"/messenger/?conversation={talk}")

    await page.fill(BOX, "😀" * length)

    counter = page.locator("#v4CharCount")
    if words is None:
        await expect(counter).to_be_hidden()
    else:
        await expect(counter).to_have_text(words)
    await expect(page.locator("#v4SendBtn")).to_be_enabled()


async def test_beyond_the_limit_nothing_is_cut_and_nothing_goes(visits: Visits, alice: User, talk: str) -> None:
    page = await visits.open(alice, f"/messenger/?conversation={talk}")

    await page.fill(BOX, "😀" * 10_001)
    await page.press(BOX, "Enter")

    await expect(page.locator("#v4CharCount")).to_have_text("1 character too many")
    await expect(page.locator("#v4SendBtn")).to_be_disabled()
    assert len(await page.input_value(BOX)) == 10_001
    await expect(page.locator(".messenger-v4__message")).to_have_count(0)


async def test_what_was_half_written_comes_back_after_an_edit(visits: Visits, alice: User, talk: str) -> None:
    page = await visits.open(alice, f"/messenger/?conversation={talk}")
    await say(page, "Frist")
    await expect(page.locator(message("Frist"))).to_have_attribute("data-state", "sent")
    await page.fill(BOX, "Half a sen")

    await page.hover(message("Frist"))
    await page.click(f"{message('Frist')} [data-action=edit]")
    await expect(page.locator(BOX)).to_have_value("Frist")
    await say(page, "First")

    await expect(page.locator(message("First"))).to_be_visible()
    await expect(page.locator(BOX)).to_have_value("Half a sen")


async def test_a_draft_waits_in_its_conversation(visits: Visits, alice: User, carol: User, talk: str) -> None:
    page = await visits.open(alice, f"/messenger/?conversation={talk}")
    await page.fill(BOX, "Half a sentence")
    await page.wait_for_timeout(700)

    await page.reload()

    await expect(page.locator(BOX)).to_have_value("Half a sentence")


async def test_on_a_phone_there_is_one_pane_and_a_way_back(visits: Visits, alice: User, talk: str) -> None:
    page = await visits.open(alice, viewport=PHONE, has_touch=True, is_mobile=True)
    await expect(page.locator("chat-view")).to_be_hidden()

    await page.tap(f'.messenger-v4__conversation-item[data-id="{talk}"]')
    await expect(page.locator("#v4ChatHeaderName")).to_be_visible()
    await expect(page.locator("conversation-list")).to_be_hidden()
    await expect(page.locator(BOX)).not_to_be_focused()
    await page.tap("#v4BackBtn")

    await expect(page.locator("conversation-list")).to_be_visible()
    assert await page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


async def test_two_devices_with_different_drafts_lose_neither(visits: Visits, alice: User, talk: str) -> None:
    visits.expect("409")
    desk = await visits.open(alice, f"/messenger/?conversation={talk}")
    phone = await visits.open(alice, f"/messenger/?conversation={talk}", viewport=PHONE)
    await desk.route("**/conversations/*", lambda route: route.abort())
    visits.expect("ERR_FAILED")
    await desk.fill(BOX, "From the desk")
    await desk.wait_for_timeout(700)
    await phone.fill(BOX, "From the phone")
    await phone.wait_for_timeout(3500)
    await desk.unroute("**/conversations/*")

    await desk.fill(BOX, "From the desk too")

    await expect(desk.locator("#v4DraftOffer")).to_contain_text("From the phone", timeout=15_000)
    await expect(desk.locator(BOX)).to_have_value("From the desk too")
    await desk.click("[data-action=take-draft]")
    await expect(desk.locator(BOX)).to_have_value("From the phone")
    await expect(desk.locator("#v4DraftOffer")).to_be_hidden()


async def test_a_draft_that_is_overtaken_by_its_message_does_not_come_back(
    visits: Visits, alice: User, talk: str
) -> None:
    page = await visits.open(alice, f"/messenger/?conversation={talk}")
    overtaken = asyncio.Event()

    def says(request: Request, words: str) -> bool:
        return request.method == "PATCH" and words in (request.post_data or "")

    async def hold(route: Route) -> None:
        if says(route.request, "Hello"):
            await overtaken.wait()
        await route.continue_()

    await page.route(f"**/conversations/{talk}", hold)
    async with page.expect_request(lambda request: says(request, "Hello")):
        await page.fill(BOX, "Hello")

    async with page.expect_response(lambda response: says(response.request, '"draft":null')):
        await page.press(BOX, "Enter")
        await expect(page.locator(message("Hello"))).to_have_attribute("data-state", "sent")
        overtaken.set()

    assert in_a_thread(lambda: Participant.objects.get(user=alice, conversation_id=int(talk)).draft) is None


TOUCHED = ".messenger-v4__filter-tab, .messenger-v4__search-input, .menu__theme, .messenger-v4__reaction"


async def test_on_a_phone_there_is_room_for_a_finger(visits: Visits, alice: User, bob: User, talk: str) -> None:
    page = await visits.open(alice, viewport=PHONE, has_touch=True, is_mobile=True)
    await page.tap(".account-menu summary")
    small = await page.eval_on_selector_all(TOUCHED, TOO_SMALL)
    assert small == []
    await page.goto(f"/messenger/?conversation={talk}")
    await page.fill(BOX, "Look")
    await page.tap("#v4SendBtn")
    sent = page.locator(f"{message('Look')}[data-state=sent]")
    path = f"/api/v4/messenger/messages/{await sent.get_attribute('data-id')}/reactions"

    assert in_a_thread(lambda: client_of(bob).post(path, {"emoji": "👍"}))[0] == 200

    await expect(page.locator(".messenger-v4__reaction")).to_be_visible()
    assert await page.eval_on_selector_all(".messenger-v4__reaction", TOO_SMALL) == []
