"""Files are chosen, pasted or dropped; what cannot be sent says so before it is uploaded (UX-23)."""

import io
from html.parser import HTMLParser
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import Page, expect

from messenger.models import User
from tests.browser.visiting import Visits, message

TRAY = "#v4FilePreviewList li"
PICTURE = ".messenger-v4__attachment--picture img"

# what a browser makes of files that somebody drags in or pastes
HAND_OVER = """
([kind, where, names]) => {
  const files = new DataTransfer();
  for (const name of names) files.items.add(new File(['Some words. '], name, {type: 'text/plain'}));
  const target = document.querySelector(where);
  const options = {bubbles: true, cancelable: true};
  if (kind === 'paste') target.dispatchEvent(new ClipboardEvent('paste', {...options, clipboardData: files}));
  else for (const type of ['dragenter', 'dragover', 'drop'])
    target.dispatchEvent(new DragEvent(type, {...options, dataTransfer: files}));
}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A picture, a text, a page, and a file over the limit."""
    picture = io.BytesIO()
    Image.new("RGB", (900, 600), "teal").save(picture, "PNG")
    (tmp_path / "harbour.png").write_bytes(picture.getvalue())
    (tmp_path / "menu.txt").write_text("Soup\n" * 100)
    (tmp_path / "page.html").write_text("<p>Hello</p>")
    (tmp_path / "plan.pdf").write_bytes(b"%PDF-1.4" + b"0" * (10 * 1024 * 1024))
    return tmp_path


async def _choose(page: Page, folder: Path, *names: str) -> None:
    await page.set_input_files("#v4FileInput", [folder / name for name in names])


async def test_the_right_files_go_and_the_others_say_why_not(
    visits: Visits, alice: User, bob: User, talk: str, folder: Path
) -> None:
    alices = await visits.open(alice, f"/messenger/?conversation={talk}")
    bobs = await visits.open(bob, f"/messenger/?conversation={talk}")

    await _choose(alices, folder, "page.html", "plan.pdf", "harbour.png", "menu.txt")
    await expect(alices.locator(TRAY)).to_have_count(4)
    await expect(alices.locator(TRAY).nth(0)).to_contain_text("Files of this kind cannot be sent.")
    await expect(alices.locator(TRAY).nth(1)).to_contain_text("Too large: at most 10.0 MB a file.")
    await alices.fill("#v4ComposerTextarea", "The view and the menu")
    await alices.press("#v4ComposerTextarea", "Enter")

    for page in (alices, bobs):
        row = page.locator(message("The view and the menu"))
        await expect(row.locator(PICTURE)).to_be_visible()
        await expect(row.locator(".messenger-v4__file-name")).to_have_text("menu.txt")
        await expect(row.locator(".messenger-v4__attachment")).to_have_count(2)
        await expect(row).to_have_count(1)
        await row.locator(PICTURE).evaluate("(image) => image.decode()")  # it may still be on its way
        size = await row.locator(PICTURE).evaluate("(image) => [image.width, image.height, image.naturalWidth > 0]")
        assert size == [320, 213, True]
    await expect(alices.locator(TRAY)).to_have_count(0)


async def test_a_file_needs_no_words_and_downloads_under_its_name(
    visits: Visits, alice: User, talk: str, folder: Path
) -> None:
    page = await visits.open(alice, f"/messenger/?conversation={talk}")
    await _choose(page, folder, "menu.txt")

    await page.press("#v4ComposerTextarea", "Enter")

    link = page.locator(".messenger-v4__message:not([data-state=sending]) a.messenger-v4__file")
    async with page.expect_download() as download:
        await link.click()
    assert (await download.value).suggested_filename == "menu.txt"


async def test_one_taken_away_is_not_sent(visits: Visits, alice: User, talk: str, folder: Path) -> None:
    page = await visits.open(alice, f"/messenger/?conversation={talk}")
    await _choose(page, folder, "harbour.png", "menu.txt")

    await page.click(f"{TRAY}:first-child [data-action=remove-file]")
    await expect(page.locator("#v4ComposerTextarea")).to_be_focused()
    await page.click("#v4SendBtn")

    await expect(page.locator(".messenger-v4__message a.messenger-v4__file")).to_have_count(1)
    await expect(page.locator(PICTURE)).to_have_count(0)


@pytest.mark.parametrize(("kind", "where"), [("paste", "#v4ComposerTextarea"), ("drop", "#v4Messages")])
async def test_files_are_taken_as_they_come(visits: Visits, alice: User, talk: str, kind: str, where: str) -> None:
    page = await visits.open(alice, f"/messenger/?conversation={talk}")

    await page.evaluate(HAND_OVER, [kind, where, ["one.txt", "two.txt"]])

    await expect(page.locator(f"{TRAY} .messenger-v4__file-name")).to_have_text(["one.txt", "two.txt"])
    await expect(page.locator("#v4DropOverlay")).to_be_hidden()


async def test_the_list_ends_at_the_picture_that_was_just_sent(
    visits: Visits, alice: User, bob: User, talk: str, folder: Path
) -> None:
    alices = await visits.open(alice, f"/messenger/?conversation={talk}", viewport={"width": 800, "height": 420})
    bobs = await visits.open(bob, f"/messenger/?conversation={talk}", viewport={"width": 800, "height": 420})

    await _choose(alices, folder, "harbour.png")
    await alices.fill("#v4ComposerTextarea", "Look")
    await alices.press("#v4ComposerTextarea", "Enter")

    for page in (alices, bobs):
        await expect(page.locator(f"{message('Look')} {PICTURE}")).to_be_visible()
        below = await page.eval_on_selector(
            "#v4Messages", "(list) => list.scrollHeight - list.scrollTop - list.clientHeight"
        )
        assert below <= 2


async def test_the_page_that_the_server_draws_shows_the_files_too(
    visits: Visits, alice: User, talk: str, folder: Path
) -> None:
    page = await visits.open(alice, f"/messenger/?conversation={talk}")
    await _choose(page, folder, "harbour.png", "menu.txt")
    await page.press("#v4ComposerTextarea", "Enter")
    await expect(page.locator(PICTURE)).to_be_visible()
    drawn = await page.eval_on_selector(".messenger-v4__attachments", "(files) => files.innerHTML")

    plain = await visits.open(alice, f"/messenger/?conversation={talk}", java_script_enabled=False)

    await expect(plain.locator(".messenger-v4__attachment")).to_have_count(2)
    served = await plain.locator(".messenger-v4__attachments").inner_html()
    assert _Outline.of(served) == _Outline.of(drawn)


class _Outline(HTMLParser):
    """Markup without the order of attributes and the space between tags."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[object] = []

    @classmethod
    def of(cls, html: str) -> list[object]:
        outline = cls()
        outline.feed(html)
        return outline.parts

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.parts.append((tag, sorted(attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.parts.append(tag)

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.parts.append(data)
