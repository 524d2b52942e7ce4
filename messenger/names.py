"""What people call themselves: never their e-mail address."""

import re

from messenger.errors import ValidationFailed
from messenger.texts import clean_line

MAX_NAME_LENGTH = 100

_ADDRESS = re.compile(r"\S@\S")


def clean_display_name(value: str, *, email: str, field: str = "displayName") -> str:
    """Return a display name as it is stored.

    :raises ValidationFailed: empty, too long, an e-mail address, or what stands before the `@` of one's own where that
        is no plain word.
    """
    name = clean_line(value, field=field, max_length=MAX_NAME_LENGTH)
    if not name:
        raise ValidationFailed.at(field, "Please say what to call you.")
    local_part = email.split("@", 1)[0]
    if _ADDRESS.search(name) or (name.casefold() == local_part.casefold() and not local_part.isalpha()):
        raise ValidationFailed.at(field, "Others will see this name; please don't use your e-mail address.")
    return name
