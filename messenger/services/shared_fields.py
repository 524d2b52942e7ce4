"""Title, picture, metadata: what a conversation's shared fields may hold."""

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from messenger.errors import ValidationFailed
from messenger.services.drafts import MAX_METADATA_BYTES
from messenger.texts import clean_line

MAX_TITLE_LENGTH = 200
MAX_AVATAR_LENGTH = 300
_OWN_PATH = re.compile(r"/(?:[A-Za-z0-9._~!$&'()*+,;=:@%?-][A-Za-z0-9._~!$&'()*+,;=:@%?/-]*)?")


def clean_title(value: str) -> str:
    """A title as one line; may be empty."""
    return clean_line(value, field="title", max_length=MAX_TITLE_LENGTH)


def clean_avatar(value: str) -> str:
    """A picture's path on this host; may be empty. Pictures from other hosts are never loaded."""
    if value and not (len(value) <= MAX_AVATAR_LENGTH and _OWN_PATH.fullmatch(value)):
        raise ValidationFailed.at("avatar", "A path on this host is expected, such as /media/group.png.")
    return value


def clean_metadata(value: Mapping[str, Any]) -> dict[str, Any]:
    """A JSON object of at most 4 KiB."""
    if len(msgspec.json.encode(value)) > MAX_METADATA_BYTES:
        raise ValidationFailed.at("metadata", f"At most {MAX_METADATA_BYTES} bytes of JSON.")
    return dict(value)
