"""JSON of reports, the audit log, and conversations as administrators see them."""

from collections.abc import Sequence

import msgspec

from messenger.conversation_shapes import conversation_body
from messenger.models import User
from messenger.person_shapes import user_shape
from messenger.selectors.access import is_suspended, suspension_end
from messenger.shapes import Json, iso, message_body
from messenger.snapshots import ConversationSnapshot, MessageSnapshot
from moderation.models import AuditEntry, Report
from moderation.selectors.conversations import Listed
from moderation.services.evidence import is_intact


def listed_shape(item: Listed) -> Json:
    """A conversation in the list of all: nothing of what was said, which asks for a reason."""
    body = conversation_body(item.conversation)
    if body["lastMessage"] is not None:
        body["lastMessage"] = {**body["lastMessage"], "content": ""}
    return {**body, "metadata": {}, "reports": {"total": item.reports, "open": item.open_reports}}


def conversation_looked_at(conversation: ConversationSnapshot) -> Json:
    """A conversation that a moderator gave a reason for."""
    return conversation_body(conversation)


def messages_looked_at(messages: Sequence[MessageSnapshot]) -> list[Json]:
    """Messages as all their readers see them."""
    return [message_body(message) for message in messages]


def report_shape(report: Report) -> Json:
    """A report with what was reported and its surroundings, as they were when it was made."""
    identifier, evidence = str(report.pk), report.evidence
    snapshot = evidence.snapshot
    return {
        "_id": identifier,
        "id": identifier,
        "reason": report.reason,
        "details": report.details,
        "status": report.status,
        "note": report.note,
        "conversationId": _id(report.conversation_id),
        "messageId": _id(report.message_id),
        "reporter": _person(report.reporter),
        "reportedUser": _person(report.reported_user),
        "handledBy": _person(report.handled_by),
        "conversation": snapshot["conversation"],
        "message": _message(snapshot["message"]) if snapshot["message"] else None,
        "surroundings": {
            "before": [_message(item) for item in snapshot["before"]],
            "after": [_message(item) for item in snapshot["after"]],
        },
        "evidence": {
            "sha256": evidence.sha256,
            "isIntact": is_intact(evidence),
            "frozenAt": snapshot["frozenAt"],
            "edits": snapshot["message"]["edits"] if snapshot["message"] else [],
            "files": [
                {
                    "id": str(file.pk),
                    "attachmentId": str(file.attachment_id),
                    "filename": file.filename,
                    "mimeType": file.mime_type,
                    "size": file.size,
                    "sha256": file.sha256,
                    "url": f"/api/v4/messenger/admin/reports/{identifier}/files/{file.pk}",
                }
                for file in evidence.files.all()
            ],
        },
        "createdAt": iso(report.created_at),
        "updatedAt": iso(report.updated_at),
    }


def audit_shape(entry: AuditEntry) -> Json:
    identifier = str(entry.pk)
    return {
        "_id": identifier,
        "id": identifier,
        "actorId": _id(entry.actor_id),
        "actorName": entry.actor_name,
        "action": entry.action,
        "targetType": entry.target_type,
        "targetId": _id(entry.target_id),
        "conversationId": _id(entry.conversation_id),
        "reason": entry.reason,
        "facts": entry.facts,
        "createdAt": iso(entry.created_at),
    }


def moderated_person_shape(user: User) -> Json:
    """Somebody after a moderator's deed: their profile, and whether they may sign in."""
    return {
        **user_shape(user),
        "isSuspended": is_suspended(user),
        "suspendedUntil": iso(suspension_end(user)),
        "suspensionReason": user.suspension_reason or None,
    }


def _message(frozen: Json) -> Json:
    """A frozen message as others are shown: what only evidence has of it stands beside."""
    shown = {name: value for name, value in frozen.items() if name != "edits"}
    files = [{name: value for name, value in item.items() if name != "sha256"} for item in frozen["attachments"]]
    return {**shown, "metadata": msgspec.json.decode(frozen["metadata"]), "attachments": files}


def _id(value: int | None) -> str | None:
    return None if value is None else str(value)


def _person(user: User | None) -> Json | None:
    if user is None:
        return None
    return {"userId": str(user.pk), "displayName": user.display_name, "avatar": user.avatar or None, "role": user.role}
