"""Evidence: what a reporter saw, frozen with its hash, so that neither edit nor deletion nor wiping reaches it."""

import hashlib
from collections.abc import Sequence
from typing import IO

import msgspec
import structlog
from django.core.files.base import File
from django.core.files.storage import storages
from django.utils import timezone
from msgspec.structs import replace

from messenger.models import Attachment, Message, MessageEdit, Participant
from messenger.selectors.conversations import shared_snapshots
from messenger.selectors.messages import messages_between, messages_by_ids
from messenger.shapes import Json, iso, message_body
from messenger.snapshots import ConversationSnapshot, MessageSnapshot
from moderation.models import Evidence, EvidenceFile, Report

logger = structlog.get_logger(__name__)

SURROUNDING = 10
NEWEST = 20
STORAGE = "attachments"
_PIECE = 256 * 1024


def freeze(*, report: Report, seat: Participant, message: Message | None) -> Evidence:
    """Store what the reporter sees of a message and the ten before and after it, or of a conversation's newest twenty.

    The files of the reported message are copied. Its text is kept also where its sender has just deleted it.
    """
    files = [] if message is None else _copies_of(message)
    snapshot = _snapshot(seat, message, files)
    evidence = Evidence.objects.create(report=report, snapshot=snapshot, sha256=hash_of(snapshot))
    for file in files:
        file.evidence = evidence
    EvidenceFile.objects.bulk_create(files)
    return evidence


def hash_of(snapshot: Json) -> str:
    """SHA-256 of the snapshot's canonical spelling: JSON with sorted keys, without blanks, in UTF-8."""
    return hashlib.sha256(msgspec.json.encode(snapshot, order="deterministic")).hexdigest()


def is_intact(evidence: Evidence) -> bool:
    """True while the stored snapshot has the hash that it was frozen with."""
    return hash_of(evidence.snapshot) == evidence.sha256


def _snapshot(seat: Participant, message: Message | None, files: Sequence[EvidenceFile]) -> Json:
    conversation_id, floor = seat.conversation_id, seat.history_from_seq - 1
    if message is None:
        before = messages_between(conversation_id=conversation_id, above=floor, limit=NEWEST, newest_first=True)
        after: list[MessageSnapshot] = []
    else:
        before = messages_between(
            conversation_id=conversation_id, above=floor, below=message.seq, limit=SURROUNDING, newest_first=True
        )
        after = messages_between(
            conversation_id=conversation_id, above=message.seq, limit=SURROUNDING, newest_first=False
        )
    return {
        "frozenAt": iso(timezone.now()),
        "conversation": _conversation(shared_snapshots(ids=[conversation_id])[conversation_id]),
        "message": None if message is None else _reported(message, files),
        "before": [_body(item) for item in before],
        "after": [_body(item) for item in after],
    }


def _conversation(conversation: ConversationSnapshot) -> Json:
    return {
        "id": str(conversation.id),
        "type": conversation.type,
        "title": conversation.title or None,
        "status": conversation.status,
        "participantCount": conversation.participant_count,
        "participants": [
            {"userId": str(seat.user_id), "displayName": seat.display_name, "role": seat.role}
            for seat in conversation.seats
        ],
    }


def _reported(message: Message, files: Sequence[EvidenceFile]) -> Json:
    stored = messages_by_ids([message.pk])[message.pk]
    body = _body(replace(stored, deleted_at=None))
    body |= {"isDeleted": stored.deleted_at is not None, "deletedAt": iso(stored.deleted_at)}
    hashes = {str(file.attachment_id): file.sha256 for file in files}
    body["attachments"] = [{**item, "sha256": hashes.get(item["id"])} for item in body["attachments"]]
    edits = MessageEdit.objects.filter(message=message).order_by("edited_at", "pk")
    body["edits"] = [{"content": edit.content, "editedAt": iso(edit.edited_at)} for edit in edits]
    return body


def _body(message: MessageSnapshot) -> Json:
    """As everybody saw it; metadata as text, since a database may spell its numbers in another way."""
    body = message_body(message)
    return {**body, "metadata": msgspec.json.encode(body["metadata"], order="deterministic").decode()}


def _copies_of(message: Message) -> list[EvidenceFile]:
    copies = (_copy_of(kept) for kept in Attachment.objects.filter(message=message).order_by("position", "pk"))
    return [copy for copy in copies if copy is not None]


def _copy_of(kept: Attachment) -> EvidenceFile | None:
    """A copy under the name of its content's hash, so that a second report of it costs nothing."""
    storage = storages[STORAGE]
    try:
        with storage.open(kept.storage_name) as file:
            sha256 = _sha256_of(file)
            name = f"evidence/{sha256[:2]}/{sha256}"
            if not storage.exists(name):
                file.seek(0)
                name = storage.save(name, File(file))
    except OSError:
        logger.exception("a reported file cannot be kept", attachment_id=kept.pk)
        return None
    return EvidenceFile(
        attachment_id=kept.pk,
        storage_name=name,
        filename=kept.filename,
        mime_type=kept.mime_type,
        size=kept.size,
        sha256=sha256,
    )


def _sha256_of(file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while piece := file.read(_PIECE):
        digest.update(piece)
    return digest.hexdigest()
