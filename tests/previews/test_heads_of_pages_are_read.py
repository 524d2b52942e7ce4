import time

import pytest

from messenger.services.page_heads import MAX_TITLE, PageHead, head_of


@pytest.mark.parametrize(
    ("html", "head"),
    [
        ("<title> A\n  title </title>", PageHead(title="A title", description="", site_name="")),
        (
            '<meta property="og:title" content="O"><meta name="twitter:title" content="T"><title>P</title>',
            PageHead(title="O", description="", site_name=""),
        ),
        (
            '<META NAME="Description" CONTENT="a &lt;b&gt; c"><title>x</title>',
            PageHead(title="x", description="a <b> c", site_name=""),
        ),
        ("<title>one</title><title>two</title>", PageHead(title="one", description="", site_name="")),
        ("<body><title>late</title>", PageHead(title="", description="", site_name="")),
        ("<title>left\u202eright\u0007\u200b</title>", PageHead(title="leftright", description="", site_name="")),
        ("no markup at all", PageHead(title="", description="", site_name="")),
        ("<title>never closed", PageHead(title="never closed", description="", site_name="")),
    ],
)
def test_a_head_says_what_it_says(html: str, head: PageHead) -> None:
    assert head_of(html.encode(), charset="utf-8") == head


@pytest.mark.parametrize(
    ("html", "picture"),
    [
        ('<meta property="og:image" content=" /a.png "><meta name="twitter:image" content="/t.png">', "/a.png"),
        ('<meta property="og:image" content=""><meta property="og:image:url" content="//b/c.png">', "//b/c.png"),
        ('<meta name="twitter:image" content="https://c.example/t.png">', "https://c.example/t.png"),
        (f'<meta property="og:image" content="/{"x" * 2048}">', ""),
        ('<img src="/a.png"><link rel="icon" href="/favicon.ico">', ""),
    ],
)
def test_a_head_names_its_picture(html: str, picture: str) -> None:
    assert head_of(html.encode(), charset="utf-8").picture == picture


def test_what_is_too_long_is_cut() -> None:
    head = head_of(f"<title>{'word ' * 100}</title>".encode(), charset=None)

    assert (len(head.title) <= MAX_TITLE, head.title[-1]) == (True, "…")


@pytest.mark.parametrize(
    ("html", "charset"),
    [
        ("<title>Grüße</title>".encode("latin-1"), "iso-8859-1"),
        (b'<meta charset="windows-1252">' + "<title>Grüße</title>".encode("cp1252"), None),
        ("<title>Grüße</title>".encode(), "no-such-charset"),
        ("<title>Grüße</title>".encode(), "utf\0-8"),
        (b'<meta charset="hex">' + "<title>Grüße</title>".encode(), None),
    ],
)
def test_charsets_are_as_the_header_or_the_page_says(html: bytes, charset: str | None) -> None:
    assert head_of(html, charset=charset).title == "Grüße"


@pytest.mark.parametrize(
    "piece",
    ["<", "<!", "<!--", "<a ", "<a<", "<![", "<![CDATA[", "<?", "</", "<title>", "<meta x='", "&", "<a b='", "&#"],
)
def test_no_markup_takes_long(piece: str) -> None:
    html = (piece * 262_144)[:262_144].encode()
    began = time.monotonic()

    head_of(html, charset="utf-8")

    assert time.monotonic() - began < 5
