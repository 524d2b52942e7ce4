from playwright.async_api import expect

from messenger.models import Message, User
from tests.browser.visiting import PASSWORD, Visits, give_password, message
from tests.live import direct
from tests.talks import lines
from tests.threads import in_a_thread


async def test_the_list_and_a_conversation_are_readable(visits: Visits, alice: User, bob: User, talk: str) -> None:
    in_a_thread(lambda: lines(bob, talk, 3))

    page = await visits.open(alice, java_script_enabled=False)
    await page.click(f'.messenger-v4__conversation-item[data-id="{talk}"]')

    await expect(page.locator(".messenger-v4__message-text")).to_have_text(["Line 0", "Line 1", "Line 2"])
    await expect(page.locator("#v4ChatHeaderName")).to_have_text("Bob Baker")


async def test_the_form_sends(visits: Visits, alice: User, talk: str) -> None:
    page = await visits.open(alice, f"/messenger/?conversation={talk}", java_script_enabled=False)

    await page.fill("#v4ComposerTextarea", "By hand")
    await page.click("#v4SendBtn")

    await expect(page.locator(".messenger-v4__message-text")).to_have_text(["By hand"])
    assert in_a_thread(lambda: list(Message.objects.values_list("content", "door"))) == [("By hand", "page")]


async def test_a_first_message_makes_the_conversation(visits: Visits, alice: User, carol: User) -> None:
    page = await visits.open(
        alice, f"/messenger/?new=true&recipientId={carol.pk}&prefill=Hello+Carol", java_script_enabled=False
    )
    await expect(page.locator("#v4ComposerTextarea")).to_have_value("Hello Carol")

    await page.click("#v4SendBtn")

    await expect(page.locator(".messenger-v4__message-text")).to_have_text(["Hello Carol"])
    await expect(page.locator("#v4ChatHeaderName")).to_have_text("Carol Chen")


async def test_one_signs_in_and_out(visits: Visits, alice: User, talk: str) -> None:
    in_a_thread(lambda: give_password(alice))
    page = await visits.open(path=f"/messenger/?conversation={talk}", java_script_enabled=False)

    await page.fill("#id_email", alice.email)
    await page.fill("#id_password", PASSWORD)
    await page.click("main button[type=submit]")

    await expect(page.locator("#v4ChatHeaderName")).to_have_text("Bob Baker")
    assert page.url.endswith(f"/messenger/?conversation={talk}")
    await page.click(".account-menu summary")
    await page.click("form[data-sign-out] button")
    await expect(page.locator("#auth-heading")).to_have_text("Sign in")


async def test_the_list_is_searched(visits: Visits, alice: User, carol: User, talk: str) -> None:
    in_a_thread(lambda: direct(alice, carol))
    page = await visits.open(alice, java_script_enabled=False)
    await expect(page.locator(".messenger-v4__conversation-item")).to_have_count(2)

    await page.fill(".messenger-v4__search-input", "chen")
    await page.press(".messenger-v4__search-input", "Enter")

    await expect(page.locator(".messenger-v4__conversation-item")).to_have_count(1)
    await expect(page.locator(".messenger-v4__conversation-item")).to_contain_text("Carol Chen")
    await expect(page.locator(".messenger-v4__search-input")).to_have_value("chen")


async def test_the_newest_message_is_in_view(visits: Visits, alice: User, bob: User, talk: str) -> None:
    in_a_thread(lambda: lines(bob, talk, 60))

    page = await visits.open(alice, f"/messenger/?conversation={talk}", java_script_enabled=False)
    await expect(page.locator(message("Line 59"))).to_be_in_viewport()
    await page.fill("#v4ComposerTextarea", "By hand")
    await page.click("#v4SendBtn")

    await expect(page.locator(message("By hand"))).to_be_in_viewport()
    await page.locator(message("Line 30")).scroll_into_view_if_needed()
    await expect(page.locator(message("Line 30"))).to_be_in_viewport()
