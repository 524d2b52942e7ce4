"""What clients send about conversations, read into what the services take."""

from messenger.api.filters import QueryFields
from messenger.api.viewsets import SignedInRequest
from messenger.inputs import Fields
from messenger.models import Conversation, Participant
from messenger.selectors.inbox import InboxFilters
from messenger.services.changing import OwnChanges, SharedChanges
from messenger.services.composing import DraftInput
from messenger.services.contexts import MAX_REFERENCE_LENGTH, MAX_TITLE_LENGTH, ContextInput
from messenger.services.conversations import MAX_MEMBERS, NewConversation
from messenger.services.drafts import MAX_ATTACHMENTS, MAX_METADATA_BYTES, MAX_NONCE_LENGTH
from messenger.services.shared_fields import MAX_AVATAR_LENGTH
from messenger.services.shared_fields import MAX_TITLE_LENGTH as MAX_NAME_LENGTH
from messenger.texts import MAX_CONTENT_LENGTH

MAX_SEARCH_LENGTH = 200
MAX_REV = 2**31 - 1


def new_conversation_of(body: Fields, request: SignedInRequest) -> NewConversation:
    """POST `/conversations`."""
    return NewConversation(
        participant_ids=_people_of(body),
        type=body.choice("type", Conversation.Type.values, required=False),
        title=body.line("title", max_length=MAX_NAME_LENGTH, required=False, blank=True) or "",
        avatar=body.secret("avatar", max_length=MAX_AVATAR_LENGTH, required=False) or "",
        context=context_of(body),
        metadata=body.object("metadata", max_bytes=MAX_METADATA_BYTES, required=False) or {},
        message=body.text("message", max_length=MAX_CONTENT_LENGTH, required=False),
        nonce=body.secret("clientNonce", max_length=MAX_NONCE_LENGTH, required=False),
        sign_in_id=request.auth.sign_in_id,
    )


def inbox_filters_of(query: QueryFields) -> InboxFilters:
    """GET `/conversations`."""
    context = query.secret("context", max_length=MAX_REFERENCE_LENGTH + 40, required=False)
    if context is not None and context.partition(":")[0] not in Conversation.ContextType.values:
        query.refuse("context", f"One of {', '.join(Conversation.ContextType.values)} is expected.")
    return InboxFilters(
        unread=query.boolean("unread", required=False),
        pinned=query.boolean("pinned", required=False),
        archived=query.boolean("archived", required=False) or False,
        status=query.choice("status", Conversation.Status.values, required=False),
        type=query.choice("type", Conversation.Type.values, required=False),
        context=context,
        search=query.line("search", max_length=MAX_SEARCH_LENGTH, required=False, blank=True),
    )


def own_changes_of(body: Fields) -> OwnChanges:
    """PATCH `/conversations/:id`: the caller's own. A flag that is there is a boolean."""
    changes = OwnChanges()
    if body.has("isPinned"):
        changes["is_pinned"] = body.boolean("isPinned")
    if body.has("isMuted"):
        changes["is_muted"] = body.boolean("isMuted")
    if body.has("isArchived"):
        changes["is_archived"] = body.boolean("isArchived")
    if body.has("markRead"):
        changes["mark_read"] = body.boolean("markRead")
    if body.has("markUnread"):
        changes["mark_unread"] = body.boolean("markUnread")
    if body.has("mutedUntil"):
        changes["muted_until"] = body.moment("mutedUntil", required=False)
    if body.has("notify"):
        changes["notify"] = body.choice("notify", Participant.Notify.values)
    if body.has("draft"):
        changes["draft"] = _draft_of(body)
    return changes


def shared_changes_of(body: Fields) -> SharedChanges:
    """PATCH `/conversations/:id`: what all its participants share."""
    changes = SharedChanges()
    if body.has("title"):
        changes["title"] = body.line("title", max_length=MAX_NAME_LENGTH, required=False, blank=True) or ""
    if body.has("avatar"):
        changes["avatar"] = body.secret("avatar", max_length=MAX_AVATAR_LENGTH, required=False) or ""
    if body.has("metadata"):
        changes["metadata"] = body.object("metadata", max_bytes=MAX_METADATA_BYTES)
    if body.has("status"):
        changes["status"] = body.choice("status", Conversation.Status.values)
    return changes


def _people_of(body: Fields) -> tuple[int, ...]:
    """`participantIds`, or its alias `recipientId` for one person; both only where they agree."""
    people = body.identifiers("participantIds", max_items=MAX_MEMBERS, required=not body.has("recipientId"))
    recipient = body.identifier("recipientId", required=False)
    if people is None:
        return (body.identifier("recipientId"),)
    if recipient is not None and people != [recipient]:
        body.refuse("recipientId", "participantIds says something else.")
    return tuple(people)


def context_of(body: Fields) -> ContextInput | None:
    """`context`, with its older names."""
    fields = body.fields("context")
    if fields is None:
        return None
    reference = fields.first_of("referenceId", "id")
    if isinstance(fields.data.get(reference), str):
        reference_id = fields.line(reference, max_length=MAX_REFERENCE_LENGTH)
    else:
        reference_id = str(fields.identifier(reference))
    title = fields.first_of("referenceTitle", "title")
    return ContextInput(
        type=fields.choice("type", Conversation.ContextType.values),
        reference_id=reference_id,
        reference_title=fields.line(title, max_length=MAX_TITLE_LENGTH, required=False, blank=True) or "",
    )


def _draft_of(body: Fields) -> DraftInput | None:
    fields = body.fields("draft")
    if fields is None:
        return None
    return DraftInput(
        text=fields.text("text", max_length=MAX_CONTENT_LENGTH, blank=True),
        reply_to_id=fields.identifier("replyToId", required=False),
        attachment_ids=tuple(fields.identifiers("attachmentIds", max_items=MAX_ATTACHMENTS, required=False) or ()),
        base_rev=fields.integer("baseRev", minimum=0, maximum=MAX_REV, required=False) or 0,
    )
