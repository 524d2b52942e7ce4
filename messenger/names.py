"""What people call themselves: never their e-mail address."""

import re
import unicodedata

from messenger.errors import ValidationFailed
from messenger.texts import clean_line

MAX_NAME_LENGTH = 100

_ADDRESS = re.compile(r"\S@\S")
# they would turn the rest of the line around in which the name stands
_DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")
# letters and symbols to Unicode, blank to the eye
_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")


def clean_display_name(value: str, *, email: str, field: str = "displayName") -> str:
    """Return a display name as it is stored: one line, without overrides of the direction of writing.

    :raises ValidationFailed: nothing to be seen, too long, an e-mail address, or what stands before the `@` of one's
        own where that is no plain word.
    """
    name = " ".join(_DIRECTIONS.sub("", clean_line(value, field=field, max_length=MAX_NAME_LENGTH)).split())
    if not any(_is_visible(character) for character in name):
        raise ValidationFailed.at(field, "Please say what to call you.")
    local_part = email.split("@", 1)[0]
    if _ADDRESS.search(name) or (name.casefold() == local_part.casefold() and not local_part.isalpha()):
        raise ValidationFailed.at(field, "Others will see this name; please don't use your e-mail address.")
    return name


def _is_visible(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNPS" and character not in _BLANKS
