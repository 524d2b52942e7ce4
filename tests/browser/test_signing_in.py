import re
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from messenger.models import User
from tests.browser.visiting import PASSWORD, Visits, give_password
from tests.threads import in_a_thread


@pytest.fixture
def known(alice: User) -> User:
    """Alice, who knows her password."""
    give_password(alice)
    return alice


async def _sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    await page.fill("#id_email", email)
    await page.fill("#id_password", password)
    await page.click("main button[type=submit]")


async def test_one_comes_back_to_where_one_wanted_to_go(visits: Visits, known: User, talk: str) -> None:
    page = await visits.open(path=f"/messenger/?conversation={talk}&tab=unread")
    assert "/auth?redirect=%2Fmessenger%2F%3Fconversation%3D" in page.url

    await _sign_in(page, known.email)

    await page.wait_for_selector("messenger-app[data-ready=true]")
    assert page.url == f"{visits.base_url}/messenger/?conversation={talk}&tab=unread"


@pytest.mark.parametrize(
    "place", ["https://evil.example/", "//evil.example/", "/\\evil.example/", "javascript:alert(1)"]
)
async def test_nobody_is_sent_elsewhere(visits: Visits, known: User, place: str) -> None:
    page = await visits.open(path=f"/auth?next={place}")

    await _sign_in(page, known.email)

    await page.wait_for_selector("messenger-app[data-ready=true]")
    assert page.url == f"{visits.base_url}/messenger/"


async def test_a_wrong_password_is_said_and_the_address_stays(visits: Visits, known: User) -> None:
    visits.expect("401")
    page = await visits.open(path="/auth")

    await _sign_in(page, known.email, "not this one")

    await expect(page.get_by_role("alert")).to_have_text("The e-mail address or the password is wrong.")
    await expect(page.locator("#id_email")).to_have_value(known.email)


async def test_a_new_account_is_signed_in_at_once(visits: Visits, server: object) -> None:
    page = await visits.open(path="/auth?mode=signup&redirect=/dashboard/customer")
    await page.fill("#id_display_name", "Nora North")

    await _sign_in(page, "nora@example.com", "a password of nora's own")

    await expect(page.get_by_role("heading", level=1)).to_have_text("Hello Nora North")
    assert in_a_thread(lambda: User.objects.get(email="nora@example.com").role) == "customer"


async def test_a_taken_address_and_a_weak_password_are_refused(visits: Visits, known: User) -> None:
    visits.expect("400")
    page = await visits.open(path="/auth?mode=signup")
    await page.fill("#id_display_name", "Nora North")

    await _sign_in(page, "nora@example.com", "12345")

    await expect(page.locator("#id_password_error")).to_contain_text("too short")
    await expect(page.locator("#id_password")).to_have_attribute("aria-invalid", "true")


async def test_a_mailed_link_sets_a_new_password_once(visits: Visits, known: User, mails: Path) -> None:
    visits.expect("410")
    page = await visits.open(path="/auth?mode=reset")
    await page.fill("#id_email", known.email)
    await page.click("main button[type=submit]")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mail")
    link = await _link_in(page, mails)

    await page.goto(link)
    await page.fill("#id_password", "quite another password")
    await page.click("main button[type=submit]")
    await _sign_in(page, known.email, "quite another password")

    await page.wait_for_selector("messenger-app[data-ready=true]")
    await page.goto(link)
    await expect(page.get_by_role("heading", level=1)).to_have_text("This link is not valid any more")


async def test_signing_out_ends_the_session(visits: Visits, alice: User, talk: str) -> None:
    page = await visits.open(alice, f"/messenger/?conversation={talk}")

    await page.click(".account-menu summary")
    await page.click("form[data-sign-out] button")

    await expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    await page.goto("/messenger/")
    assert page.url.endswith("/auth?redirect=%2Fmessenger%2F")


async def test_a_session_that_ends_elsewhere_is_said(visits: Visits, alice: User, talk: str) -> None:
    page = await visits.open(alice, f"/messenger/?conversation={talk}")
    await page.wait_for_selector('#messenger-connection[data-mode="websocket"]', state="attached")
    await page.fill("#v4ComposerTextarea", "Half a sentence")

    other = await visits.page(page.context, "/messenger/")
    await other.evaluate(
        "async () => { const csrf = document.cookie.match(/csrf=([^;]+)/)[1];"
        "await fetch('/api/v4/auth/logout', {method: 'POST', headers: {'X-CSRF-Token': csrf}}); }"
    )

    await expect(page.locator("#messenger-confirm")).to_be_visible(timeout=6000)
    await page.click("#messenger-confirm [data-part=yes]")
    await expect(page.get_by_role("status")).to_have_text("Your session has ended. Please sign in again.")


async def _link_in(page: Page, mails: Path) -> str:
    for _ in range(60):
        found = [re.search(r"http\S+/auth/reset/\S+", mail.read_text()) for mail in mails.glob("*.log")]
        if found and found[-1]:
            return found[-1][0]
        await page.wait_for_timeout(100)
    raise AssertionError("no mail came")
