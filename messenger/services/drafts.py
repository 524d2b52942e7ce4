"""What a send brings with it, made fit to be stored before anything is locked."""

import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct, field

from messenger.errors import ValidationFailed
from messenger.inputs import Fields
from messenger.texts import MAX_CONTENT_LENGTH, clean_text

MAX_NONCE_LENGTH = 128
LONGEST_INPUT = 10 * MAX_CONTENT_LENGTH  # cleaning may shorten what was typed; `clean` has the last word
MAX_METADATA_BYTES = 4096
MAX_ATTACHMENTS = 10
MAX_TOTAL_BYTES = 25 * 1024 * 1024
MAX_MENTIONS = 20
SERVER_KEYS = ("externalMedia", "attachmentMetadata")


class Draft(Struct, frozen=True, kw_only=True):
    """A message that somebody wants to send. `door` and `sign_in_id` say where it came from.

    `file_hashes` tell files that came with the send itself, whose ids are new at each try.
    """

    sender_id: int
    conversation_id: int
    content: str
    reply_to_id: int | None = None
    attachment_ids: tuple[int, ...] = ()
    nonce: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    type: str | None = None
    file_hashes: tuple[str, ...] = ()
    door: str = "rest"
    sign_in_id: int | None = None
    connection_id: str = ""


class CleanDraft(Struct, frozen=True):
    """A draft whose text and metadata may be stored. `fingerprint` tells a repeat from another message."""

    draft: Draft
    content: str
    metadata: dict[str, Any]
    mentions: tuple[int, ...]
    fingerprint: str


def draft_of(
    fields: Fields, *, sender_id: int, conversation_id: int, door: str, sign_in_id: int | None, connection_id: str = ""
) -> Draft:
    """Read what a client sends, from REST or a socket (contract: Messages).

    :raises ValidationFailed: a value of another kind than the contract's.
    """
    metadata = fields.object("metadata", required=False, max_bytes=MAX_METADATA_BYTES)
    return Draft(
        sender_id=sender_id,
        conversation_id=conversation_id,
        content=fields.secret("content", max_length=LONGEST_INPUT, required=False) or "",
        reply_to_id=_reply_to_in(fields),
        attachment_ids=tuple(fields.identifiers("attachmentIds", max_items=MAX_ATTACHMENTS, required=False) or ()),
        nonce=fields.secret("clientNonce", required=False, max_length=MAX_NONCE_LENGTH),
        metadata=metadata or {},
        type=fields.choice("type", ("text", "image", "file"), required=False),
        door=door,
        sign_in_id=sign_in_id,
        connection_id=connection_id,
    )


def _reply_to_in(fields: Fields) -> int | None:
    """`replyTo`: an id, or an object with `_id`."""
    if isinstance(fields.data.get("replyTo"), dict):
        quoted = fields.fields("replyTo")
        return None if quoted is None else quoted.identifier("_id")
    return fields.identifier("replyTo", required=False)


def clean(draft: Draft) -> CleanDraft:
    """Check what can be checked without the database.

    :raises ValidationFailed: empty, too long, control characters, too many files, a bad nonce or metadata.
    """
    content = clean_text(draft.content)
    if draft.nonce is not None and ("\0" in draft.nonce or not 1 <= len(draft.nonce) <= MAX_NONCE_LENGTH):
        raise ValidationFailed.at("clientNonce", f"1 to {MAX_NONCE_LENGTH} characters, without NUL.")
    if len(draft.attachment_ids) > MAX_ATTACHMENTS:
        raise ValidationFailed.at("attachmentIds", f"At most {MAX_ATTACHMENTS} files a message.")
    if len(set(draft.attachment_ids)) != len(draft.attachment_ids):
        raise ValidationFailed.at("attachmentIds", "A file is named twice.")
    if draft.type not in (None, "text", "image", "file"):
        raise ValidationFailed.at("type", "Clients send text, image or file.")
    if not content and not draft.attachment_ids:
        raise ValidationFailed.at("content", "Write something, or attach a file.")
    metadata = dict(draft.metadata)
    encoded = msgspec.json.encode(metadata, order="deterministic") if metadata else b"{}"
    if len(encoded) > MAX_METADATA_BYTES:
        raise ValidationFailed.at("metadata", f"At most {MAX_METADATA_BYTES} bytes of JSON.")
    for key in SERVER_KEYS:
        if key in metadata:
            raise ValidationFailed.at("metadata", f"The key {key} is the server's own.")
    return CleanDraft(draft, content, metadata, _mentions_in(metadata), _fingerprint(draft, content, encoded))


def _mentions_in(metadata: Mapping[str, Any]) -> tuple[int, ...]:
    """The ids that `metadata.mentions` names, in order, without doubles; what is no id is dropped."""
    named = metadata.get("mentions")
    if not isinstance(named, list):
        return ()
    ids = [int(item) for item in named if isinstance(item, int | str) and str(item).isdecimal() and len(str(item)) < 17]
    return tuple(dict.fromkeys(ids))


def _fingerprint(draft: Draft, content: str, metadata: bytes) -> str:
    parts = [
        content.encode(),
        str(draft.reply_to_id or "").encode(),
        repr(draft.file_hashes or draft.attachment_ids).encode(),
        metadata,
    ]
    return hashlib.blake2b(b"\x1f".join(parts), digest_size=20).hexdigest()
