import gzip
import re

import pytest
from django.test import Client

from messenger.models import Offer, User

FACES = (
    "MessengerWidgetV4",
    "MessengerTrigger",
    "NotificationBridge",
    "QuickComposeV4",
    "MessengerAPI",
    "MessengerSocket",
    "MessengerState",
    "ChatViewV4",
)
PRIVATE = (
    "/messenger",
    "/dashboard-customer.html",
    "/dashboard/customer",
    "/dashboard-supplier.html",
    "/dashboard/supplier",
)


@pytest.fixture
def browser() -> Client:
    return Client()


@pytest.fixture
def alices(alice: User) -> Client:
    client = Client()
    client.force_login(alice)
    return client


@pytest.mark.parametrize("name", FACES)
def test_faces_are_classic_scripts_for_everybody(browser: Client, name: str) -> None:
    answer = browser.get(f"/messenger/js/{name}.js")

    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer["Cache-Control"] == "public, max-age=300"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert f"page.{name} = " in answer.content.decode()
    assert re.search(r"^\s*(import|export) ", answer.content.decode(), re.MULTILINE) is None


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("css/messenger-widget-v4.css", "text/css; charset=utf-8"),
        ("esm/index.js", "text/javascript; charset=utf-8"),
        ("img/icons.svg", "image/svg+xml"),
    ],
)
def test_files_have_their_type_and_are_sent_once(browser: Client, path: str, kind: str) -> None:
    first = browser.get(f"/messenger/{path}")

    again = browser.get(f"/messenger/{path}", headers={"If-None-Match": first["ETag"]})

    assert (first.status_code, first["Content-Type"]) == (200, kind)
    assert (again.status_code, again.content) == (304, b"")


def test_files_are_compressed_where_that_is_understood(browser: Client) -> None:
    plain = browser.get("/messenger/css/base.css")

    packed = browser.get("/messenger/css/base.css", headers={"Accept-Encoding": "gzip"})

    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert packed["ETag"] != plain["ETag"]


@pytest.mark.parametrize(
    "path",
    ["js/README.md", "js/../../../config/settings.py", "js/%2e%2e/%2e%2e/tokens.py", "fonts/x.js", "js/", "js/none.js"],
)
def test_nothing_else_is_served(browser: Client, path: str) -> None:
    assert browser.get(f"/messenger/{path}").status_code == 404


@pytest.mark.parametrize("path", PRIVATE)
@pytest.mark.parametrize("slash", ["", "/"])
def test_strangers_are_sent_to_sign_in(browser: Client, db: None, path: str, slash: str) -> None:
    answer = browser.get(f"{path}{slash}?tab=unread&q=a b")

    query = f"{path}{slash}?tab=unread&q=a%20b"
    assert answer.status_code == 302
    assert answer["Location"] == "/auth?redirect=" + query.replace("%", "%25").replace("/", "%2F").replace(
        "?", "%3F"
    ).replace("=", "%3D").replace("&", "%26")


@pytest.mark.parametrize("path", ["/messenger", "/messenger/", "/dashboard/customer/"])
def test_what_is_private_is_kept_by_nobody(alices: Client, path: str) -> None:
    answer = alices.get(path)

    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Robots-Tag"] == "noindex, nofollow"


def test_each_role_has_its_dashboard(alices: Client, bob: User, adam: User) -> None:
    bobs, adams = Client(), Client()
    bobs.force_login(bob)
    adams.force_login(adam)

    assert alices.get("/dashboard-supplier.html")["Location"] == "/dashboard/customer"
    assert bobs.get("/dashboard-customer.html")["Location"] == "/dashboard/supplier"
    assert [adams.get(f"/dashboard-{role}.html").status_code for role in ("customer", "supplier")] == [200, 200]


def test_the_start_page_leads_to_offers_or_on(browser: Client, alices: Client, bob: User) -> None:
    Offer.objects.create(kind="package", slug="old-mill", title="The <old> mill", owner=bob)

    answer = browser.get("/")

    assert b'href="/packages/old-mill/"' in answer.content
    assert b"The &lt;old&gt; mill" in answer.content
    assert alices.get("/")["Location"] == "/messenger/"


@pytest.mark.parametrize("path", ["/suppliers/none/", "/packages/none", "/nowhere", "/messenger/nowhere"])
def test_what_is_not_there_says_so_in_our_own_design(browser: Client, db: None, path: str) -> None:
    answer = browser.get(path)

    assert answer.status_code == 404
    assert b"There is nothing here" in answer.content


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_forced_theme_is_in_the_first_byte(browser: Client, db: None, theme: str) -> None:
    browser.cookies["theme"] = theme

    assert f'<html lang="en" dir="ltr" data-theme="{theme}">'.encode() in browser.get("/auth").content


def test_a_made_up_theme_is_no_theme(browser: Client, db: None) -> None:
    browser.cookies["theme"] = '"><script>'

    assert b'<html lang="en" dir="ltr">' in browser.get("/auth").content


@pytest.mark.parametrize("path", ["/", "/auth", "/auth?mode=signup", "/nowhere"])
def test_pages_have_no_inline_script_or_style(browser: Client, db: None, path: str) -> None:
    page = browser.get(path).content.decode()

    assert re.search(r"\son\w+=|\sstyle=|<style|<script(?![^>]*(src=|application/json))", page) is None
