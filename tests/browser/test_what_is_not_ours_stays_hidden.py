import pytest
from playwright.async_api import expect

from messenger.models import User
from tests.browser.visiting import Visits, say
from tests.live import direct
from tests.talks import lines
from tests.threads import in_a_thread

ATTACKS = {
    "markup": '<img src=x onerror="window.hit=1">',
    "script address": "javascript:window.hit=1",
    "data address": "data:text/html,<script>window.hit=1</script>",
    "reversed text": "photo\u202egpj.exe",
}


@pytest.mark.parametrize("name", ["foreign", "unknown", "malformed"])
async def test_one_pane_for_all(visits: Visits, alice: User, bob: User, carol: User, name: str) -> None:
    foreign = in_a_thread(lambda: direct(bob, carol))
    in_a_thread(lambda: lines(bob, foreign, 1))
    address = {"foreign": foreign, "unknown": "987654321", "malformed": "../12"}[name]
    visits.expect("404")

    page = await visits.open(alice, f"/messenger/?conversation={address}")

    await expect(page.get_by_text("This conversation is not available")).to_be_visible()
    await expect(page.locator("#v4ComposerTextarea")).to_be_hidden()
    content = await page.content()
    assert "Carol" not in content
    assert "Line 0" not in content


@pytest.mark.parametrize("text", ATTACKS.values(), ids=ATTACKS)
async def test_hostile_text_is_text(visits: Visits, alice: User, bob: User, talk: str, text: str) -> None:
    in_a_thread(lambda: User.objects.filter(pk=alice.pk).update(display_name=text[:100]))
    alices = await visits.open(alice, f"/messenger/?conversation={talk}")
    bobs = await visits.open(bob, f"/messenger/?conversation={talk}")

    await say(alices, text)

    await expect(bobs.locator(".messenger-v4__message-text")).to_have_text([text])
    await expect(bobs.locator(".messenger-v4__preview").first).to_have_text(text)
    await expect(bobs.locator("#v4ChatHeaderName")).to_have_text(text[:100])
    assert await bobs.locator(".messenger-v4__message a, .messenger-v4__message img").count() == 0
    assert await bobs.evaluate("() => window.hit") is None
    await bobs.reload()
    await expect(bobs.locator(".messenger-v4__message-text")).to_have_text([text])
    assert await bobs.evaluate("() => window.hit") is None


async def test_only_web_and_mail_addresses_become_links(visits: Visits, alice: User, talk: str) -> None:
    page = await visits.open(alice, f"/messenger/?conversation={talk}")
    text = "See https://example.com/a_(b). Or mailto:bob@example.com, not ftp://example.com"

    await say(page, text)

    links = page.locator(".messenger-v4__message-text a")
    await expect(links).to_have_text(["https://example.com/a_(b)", "mailto:bob@example.com"])
    assert await links.first.get_attribute("rel") == "noopener noreferrer nofollow ugc"


async def test_an_address_with_a_user_name_stays_text(visits: Visits, alice: User, talk: str) -> None:
    text = "Sign in at https://www.example.com@evil.example/ or https://user:secret@evil.example/"
    page = await visits.open(alice, f"/messenger/?conversation={talk}")

    await say(page, text)

    await expect(page.locator(".messenger-v4__message-text")).to_have_text(text)
    await expect(page.locator(".messenger-v4__message-text a")).to_have_count(0)
