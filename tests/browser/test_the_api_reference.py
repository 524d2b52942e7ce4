import json
from typing import Any

from playwright.async_api import Locator, Page, expect

from config.apidoc.tables import operations
from messenger.models import Attachment, User
from messenger.services.sign_ins import NOWHERE
from messenger.services.token_pairs import issue_tokens
from tests.browser.visiting import PASSWORD, PHONE, Visits
from tests.files import samples
from tests.threads import in_a_thread

DOCS = "/api/docs/"


async def _opened(page: Page, name: str) -> Locator:
    """The open entry of an operation."""
    entry = page.locator(f"#{name}")
    await entry.locator("> summary").click()
    return entry


async def _sent(entry: Locator) -> tuple[str, Any]:
    """What the entry's form shows once it was sent."""
    await entry.locator("button[type=submit]").click()
    title = entry.locator("output strong")
    await expect(title).not_to_have_text("…")
    text = await entry.locator("output pre").inner_text()
    return await title.inner_text(), json.loads(text) if text.startswith("{") else text


async def test_every_operation_is_shown_under_the_policy_from_this_host_alone(visits: Visits) -> None:
    page = await visits.open(path=DOCS)

    await expect(page.locator("h1")).to_have_text("API reference")
    entries = page.locator("details.api-docs__entry")
    shown = {
        (method, path.removeprefix("/api/v4/"))
        for method, path in zip(
            await entries.locator("> summary .api-docs__method").all_inner_texts(),
            await entries.locator("> summary code").all_inner_texts(),
            strict=True,
        )
    }
    assert shown == set(operations())
    policy = (await page.request.get(DOCS)).headers["content-security-policy"]
    assert "'unsafe" not in policy
    assert "default-src 'self'" in policy or "default-src 'none'" in policy


async def test_a_form_asks_as_who_is_signed_in(visits: Visits, talk: str, alice: User) -> None:
    page = await visits.open(alice, DOCS)
    entry = await _opened(page, "listConversations")
    await entry.locator("[name=limit]").fill("5")

    status, answer = await _sent(entry)

    assert (status[:3], [item["id"] for item in answer["conversations"]]) == ("200", [talk])


async def test_a_form_sends_a_body_with_the_sessions_csrf_token(visits: Visits, talk: str, alice: User) -> None:
    page = await visits.open(alice, DOCS)
    entry = await _opened(page, "sendMessage")
    await entry.locator("[name=conversationId]").fill(talk)
    await entry.locator("textarea").fill('{"content": "From the reference"}')

    status, answer = await _sent(entry)

    assert (status[:3], answer["message"]["content"]) == ("201", "From the reference")


async def test_a_token_counts_instead_of_the_session(visits: Visits, talk: str, alice: User, bob: User) -> None:
    pair = in_a_thread(lambda: issue_tokens(email=bob.email, password=PASSWORD, caller=NOWHERE))
    page = await visits.open(alice, DOCS)
    await page.fill("#api-token", pair.access)

    status, answer = await _sent(await _opened(page, "whoAmI"))

    assert (status[:3], answer["user"]["email"]) == ("200", bob.email)


async def test_a_refusal_is_shown_as_it_was_answered(visits: Visits) -> None:
    visits.expect("401")
    page = await visits.open(path=DOCS)

    status, answer = await _sent(await _opened(page, "listConversations"))

    assert (status[:3], answer["code"]) == ("401", "unauthenticated")


async def test_a_file_is_sent_as_a_form(visits: Visits, alice: User) -> None:
    page = await visits.open(alice, DOCS)
    entry = await _opened(page, "uploadFile")
    await entry.locator("input[type=file]").set_input_files(
        {"name": "p.png", "mimeType": "image/png", "buffer": samples.picture()}
    )

    status, answer = await _sent(entry)

    assert (status[:3], answer["attachment"]["filename"]) == ("201", "p.png")
    assert in_a_thread(Attachment.objects.count) == 1


async def test_a_section_is_reached_by_keyboard_and_nothing_scrolls_sideways_on_a_phone(visits: Visits) -> None:
    page = await visits.open(path=DOCS, viewport=PHONE)
    link = page.locator(".api-docs__nav a", has_text="Messages")

    await link.focus()
    await page.keyboard.press("Enter")

    await expect(page.locator("h2#messages")).to_be_in_viewport()
    entry = await _opened(page, "sendMessage")
    await expect(entry.locator("textarea")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
