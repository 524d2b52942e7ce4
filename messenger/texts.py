"""What people type, made fit to be stored: trimmed, NFC, line ends as LF, no control characters, a known length."""

import unicodedata

from messenger.errors import ValidationFailed

MAX_CONTENT_LENGTH = 10_000
PREVIEW_LENGTH = 100

_ALLOWED_CONTROLS = {"\n", "\t"}


def clean_text(value: str, *, field: str = "content", max_length: int = MAX_CONTENT_LENGTH) -> str:
    """Return `value` as it is stored: CRLF and CR become LF, then NFC, then trimmed.

    The length counts code points. An empty result is fine here: whether it may be is the caller's question.

    :raises ValidationFailed: NUL or another control character, a lone surrogate, or too long.
    """
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    if not text.isprintable():
        _refuse_controls(text, field)
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    text = text.strip()
    if len(text) > max_length:
        raise ValidationFailed.at(field, f"At most {max_length:,} characters; these are {len(text):,}.")
    return text


def clean_line(value: str, *, field: str, max_length: int) -> str:
    """Return `value` as one line: as `clean_text`, with line breaks and tabs made blanks."""
    return " ".join(clean_text(value, field=field, max_length=max_length).split())


def preview_of(content: str) -> str:
    """At most 100 characters of a message, for lists and quotes."""
    return content[:PREVIEW_LENGTH]


def _refuse_controls(text: str, field: str) -> None:
    for character in text:
        category = unicodedata.category(character)
        if category == "Cs":
            raise ValidationFailed.at(field, "This is not valid text (a lone surrogate).")
        if category == "Cc" and character not in _ALLOWED_CONTROLS:
            raise ValidationFailed.at(field, "Control characters are not allowed here.")
