"""The first message of a new conversation: said once, and never lost, whatever becomes of the answer."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import pytest
from playwright.async_api import BrowserContext, Page, Route, expect

from messenger.models import Message, User
from tests.browser.test_host_pages import host_page
from tests.browser.visiting import Visits, say
from tests.threads import in_a_thread

BOX = "#v4ComposerTextarea"
CREATIONS = "**/api/v4/messenger/conversations"
TRIES = 3


@dataclass
class LosingAnswers:
    """A network on which creations reach the server, and so many of their answers get lost."""

    left: int
    how: Callable[[Route], Awaitable[None]] = field(default=lambda route: route.abort())
    reached: int = 0

    async def __call__(self, route: Route) -> None:
        if route.request.method != "POST":
            await route.continue_()
            return
        answer = await route.fetch()
        self.reached += answer.ok
        if answer.ok and self.left > 0:
            self.left -= 1
            await self.how(route)
        else:
            await route.fulfill(response=answer)


async def _unavailable(route: Route) -> None:
    await route.fulfill(status=503, json={"success": False, "error": "Away.", "code": "unavailable"})


def _texts() -> list[str]:
    return list(Message.objects.order_by("pk").values_list("content", flat=True))


async def _composing(visits: Visits, context: BrowserContext, bob: User) -> Page:
    return await visits.page(context, f"/messenger/?new=true&recipientId={bob.pk}")


@pytest.mark.parametrize("how", [LosingAnswers(0).how, _unavailable])
async def test_an_answer_that_is_lost_once_is_asked_for_again(
    visits: Visits, server: object, alice: User, bob: User, how: Callable[[Route], Awaitable[None]]
) -> None:
    visits.expect("ERR_FAILED", "503")
    context = await visits.context(alice)
    await context.route(CREATIONS, LosingAnswers(1, how))
    page = await _composing(visits, context, bob)

    await say(page, "Hello Bob")

    await expect(page.locator(".messenger-v4__message-text")).to_have_text(["Hello Bob"])
    await expect(page.locator(".messenger-toast")).to_have_count(0)
    assert in_a_thread(_texts) == ["Hello Bob"]


async def test_sent_again_by_hand_it_is_still_one_message(
    visits: Visits, server: object, alice: User, bob: User
) -> None:
    visits.expect("ERR_FAILED")
    context = await visits.context(alice)
    network = LosingAnswers(TRIES)
    await context.route(CREATIONS, network)
    page = await _composing(visits, context, bob)
    await say(page, "Hello Bob")
    await expect(page.locator(".messenger-toast--error")).to_contain_text("could not be reached")
    await expect(page.locator(BOX)).to_have_value("Hello Bob")

    await page.press(BOX, "Enter")

    await expect(page.locator(".messenger-v4__message-text")).to_have_text(["Hello Bob"])
    assert network.reached == TRIES + 1
    assert in_a_thread(_texts) == ["Hello Bob"]


async def test_what_could_not_be_sent_waits_while_one_looks_elsewhere(
    visits: Visits, alice: User, bob: User, carol: User, talk: str
) -> None:
    visits.expect("ERR_FAILED")
    context = await visits.context(alice)
    network = LosingAnswers(TRIES)
    await context.route(CREATIONS, network)
    page = await _composing(visits, context, carol)
    await say(page, "Hello Carol")
    await expect(page.locator(".messenger-toast--error")).to_be_visible()

    await page.click(f'.messenger-v4__conversation-item[data-id="{talk}"]')
    await expect(page.locator(BOX)).to_have_value("")
    await page.go_back()

    await expect(page.locator(BOX)).to_have_value("Hello Carol")
    await page.press(BOX, "Enter")
    await expect(page.locator(".messenger-v4__message-text")).to_have_text(["Hello Carol"])
    assert in_a_thread(_texts) == ["Hello Carol"]


async def test_a_quick_message_sent_again_is_one_message(
    visits: Visits, server: object, alice: User, bob: User
) -> None:
    visits.expect("ERR_FAILED", "403")  # a host page has no CSRF token before it is refused
    context = await visits.context(alice)
    network = LosingAnswers(TRIES)
    await context.route(CREATIONS, network)
    faces = "".join(
        f'<script src="/messenger/js/{name}.js"></script>' for name in ("QuickComposeV4", "MessengerTrigger")
    )
    button = f'<button data-quick-compose="true" data-recipient-id="{bob.pk}">Write</button>'
    body = f'<link rel="icon" href="data:,">{button}{faces}'
    page = await host_page(visits, context, body)
    await page.click("[data-quick-compose][data-messenger-initialized]")
    await page.fill("#qcv4-message", "Hello Bob")
    await page.click("#qcv4-submit-btn")
    await expect(page.locator("#qcv4-error")).to_contain_text("could not be reached")

    await page.click("#qcv4-submit-btn")

    await expect(page.locator(".messenger-toast")).to_contain_text("Message sent")
    assert network.reached == TRIES + 1
    assert in_a_thread(_texts) == ["Hello Bob"]
