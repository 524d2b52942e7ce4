"""What a page says of itself in its head: title, description, the site's name, its picture. Plain text, all of it."""

import re
import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from html.parser import HTMLParser

MAX_TITLE = 200
MAX_DESCRIPTION = 300
MAX_SITE_NAME = 100
MAX_ADDRESS = 2048

_PIECE = 4096
_MAX_CHARACTERS = 131_072
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{1,40})", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageHead:
    """Empty where the page says nothing."""

    title: str
    description: str
    site_name: str
    picture: str = ""


def head_of(html: bytes, *, charset: str | None) -> PageHead:
    """Read a page's head; broken markup gives what could be read of it."""
    parser = _HeadParser()
    text = _decoded(html, charset)[:_MAX_CHARACTERS]
    with suppress(AssertionError):  # some Python's answer to markup such as "<![x"
        for start in range(0, len(text), _PIECE):
            if not parser.is_over:
                parser.feed(text[start : start + _PIECE])
    said = parser.said
    return PageHead(
        title=_line(said.get("og:title") or said.get("twitter:title") or parser.title, MAX_TITLE),
        description=_line(
            said.get("og:description") or said.get("twitter:description") or said.get("description", ""),
            MAX_DESCRIPTION,
        ),
        site_name=_line(said.get("og:site_name", ""), MAX_SITE_NAME),
        picture=_picture(said),
    )


def _picture(said: Mapping[str, str]) -> str:
    """The address of the picture as the page gives it; it may be relative."""
    names = ("og:image", "og:image:secure_url", "og:image:url", "twitter:image", "twitter:image:src")
    given = next((said[name].strip() for name in names if said.get(name, "").strip()), "")
    return given if len(given) <= MAX_ADDRESS else ""


class _HeadParser(HTMLParser):
    """Collects `meta` and `title` until the body begins."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: dict[str, str] = {}
        self.title = ""
        self.is_over = False
        self._is_in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.is_over:
            return
        if tag == "meta":
            given = dict(attrs)
            name = (given.get("property") or given.get("name") or "").lower()
            self.said.setdefault(name, given.get("content") or "")
        self._is_in_title = tag == "title" and not self.title
        self.is_over = tag == "body"

    def handle_endtag(self, tag: str) -> None:
        self._is_in_title = False
        self.is_over = self.is_over or tag == "head"

    def handle_data(self, data: str) -> None:
        if self._is_in_title and not self.is_over:
            self.title += data


def _decoded(html: bytes, charset: str | None) -> str:
    named = _CHARSET.search(html[:2048])
    for name in (charset, named[1].decode() if named else None):
        text = _decoded_as(html, name) if name else None
        if text is not None:
            return text
    return html.decode("utf-8", errors="replace")


def _decoded_as(html: bytes, charset: str) -> str | None:
    """None where there is no such charset, or where it is none of text."""
    try:
        return html.decode(charset, errors="replace")
    except (LookupError, ValueError):
        return None


def _line(text: str, longest: int) -> str:
    """One line without control and formatting characters, which could turn the text around."""
    plain = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text[: 10 * longest])
    plain = "".join(c for c in plain if unicodedata.category(c) not in ("Cf", "Cs", "Co", "Cn"))
    line = " ".join(unicodedata.normalize("NFC", plain).split())
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"
