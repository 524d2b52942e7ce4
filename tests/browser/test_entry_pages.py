from itertools import pairwise

import pytest
from playwright.async_api import expect

from messenger.models import Conversation, Message, Offer, User
from tests.browser.visiting import PASSWORD, Visits, give_password, say
from tests.threads import in_a_thread

PATHS = {"supplier": "suppliers", "package": "packages", "listing": "marketplace"}
TYPES = {"supplier": "direct", "package": "enquiry", "listing": "marketplace"}


@pytest.fixture
def offers(server: object, bob: User) -> None:
    """One offer of each kind, all of bob's."""
    for kind in PATHS:
        Offer.objects.create(kind=kind, slug="old-mill", title=f"The old {kind}", text="By the river.", owner=bob)


@pytest.mark.parametrize("kind", PATHS)
async def test_a_stranger_signs_in_and_writes(visits: Visits, offers: None, alice: User, bob: User, kind: str) -> None:
    in_a_thread(lambda: give_password(alice))
    page = await visits.open(path=f"/{PATHS[kind]}/old-mill/")
    await page.click(".offer__trigger")
    await page.wait_for_url("**/auth?**")

    await page.fill("#id_email", alice.email)
    await page.fill("#id_password", PASSWORD)
    await page.click("main button[type=submit]")
    await page.wait_for_selector("messenger-app[data-ready=true]")
    await expect(page.locator("#v4ChatHeaderName")).to_have_text("Bob Baker")
    await expect(page.locator("#v4ContextBanner")).to_contain_text(f"The old {kind}")
    assert in_a_thread(Conversation.objects.count) == 0

    await say(page, "Is it free in May?")

    await expect(page.locator(".messenger-v4__message-text")).to_have_text(["Is it free in May?"])
    assert in_a_thread(lambda: list(Conversation.objects.values_list("type", flat=True))) == [TYPES[kind]]
    assert in_a_thread(Message.objects.count) == 1


async def test_a_double_click_opens_one_conversation(visits: Visits, offers: None, alice: User) -> None:
    page = await visits.open(alice, "/packages/old-mill/")
    await expect(page.locator(".offer__trigger")).to_have_attribute("data-messenger-initialized", "true")

    await page.dblclick(".offer__trigger")

    await expect(page.locator("#v4ChatHeaderName")).to_have_text("Bob Baker")
    await expect(page.locator("#v4Messages")).to_have_text("No messages yet.")
    assert in_a_thread(Conversation.objects.count) == 1
    assert in_a_thread(Message.objects.count) == 0


async def test_a_refusal_is_said_beside_the_trigger(visits: Visits, offers: None, alice: User) -> None:
    visits.expect("400")
    page = await visits.open(alice, "/packages/old-mill/")
    await expect(page.locator(".offer__trigger")).to_have_attribute("data-messenger-initialized", "true")
    await page.eval_on_selector(".offer__trigger", "(link) => { link.dataset.recipientId = '987654'; }")

    await page.click(".offer__trigger")

    await expect(page.locator(".messenger-refusal")).to_have_text("One of these people cannot be added.")
    await expect(page.locator(".offer__trigger")).not_to_have_attribute("aria-busy", "true")


async def test_ones_own_offer_has_no_trigger(visits: Visits, offers: None, bob: User) -> None:
    page = await visits.open(bob, "/packages/old-mill")

    await expect(page.get_by_text("This is your own offer.")).to_be_visible()
    await expect(page.locator(".offer__trigger")).to_have_count(0)


async def test_somebody_is_found_and_written_to(visits: Visits, alice: User, carol: User) -> None:
    page = await visits.open(alice)

    await page.click(".messenger-v4__new-convo-btn")
    await page.fill("#v4ContactSearch", "carol")
    await page.click(f'.messenger-v4__contact-item[data-user-id="{carol.pk}"]')
    await say(page, "Hello Carol")

    await expect(page.locator(".messenger-v4__message-text")).to_have_text(["Hello Carol"])
    await expect(page.locator(".messenger-v4__conversation-item[aria-current=true]")).to_contain_text("Carol Chen")
    assert "conversation=" in page.url


@pytest.mark.parametrize("name", ["nobody", "alice"])
async def test_the_head_has_room_on_the_smallest_phone(visits: Visits, offers: None, alice: User, name: str) -> None:
    user, path = (alice, "/dashboard/customer") if name == "alice" else (None, "/")
    page = await visits.open(user, path, viewport={"width": 320, "height": 568})

    boxes = await page.eval_on_selector_all(
        ".site-head > a, .site-head__nav > a, .site-head summary",
        "(all) => all.map((a) => a.getBoundingClientRect()).map(({left, right, height}) => [left, right, height])",
    )

    assert all(left >= before for (_, before, _), (left, _, _) in pairwise(boxes)), boxes
    assert max(height for _, _, height in boxes) <= 44
    assert await page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
