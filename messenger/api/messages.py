"""Messages over REST (contract: Messages)."""

from rest_framework.response import Response

from messenger.api.filters import QueryFields, page_size, query_of
from messenger.api.forms import form_or_body
from messenger.api.nonces import with_idempotency_key
from messenger.api.parsing import StrictJSONParser, StrictMultiPartParser
from messenger.api.viewsets import ApiViewSet, SignedInRequest, body_of, ok
from messenger.message_shapes import messages_shape, own_message_shape
from messenger.selectors.pages import Anchor, PageRequest, earlier_texts, page_of_messages
from messenger.services.drafts import draft_of
from messenger.services.editing import delete_message, edit_message, remove_preview, restore_message
from messenger.services.reactions import react
from messenger.services.sending_files import send_with_files
from messenger.shapes import iso
from messenger.texts import MAX_CONTENT_LENGTH

MAX_REASON_LENGTH = 500


class ConversationMessagesViewSet(ApiViewSet):
    """`/conversations/:id/messages`: a page of them, or a new one."""

    parser_classes = (StrictJSONParser, StrictMultiPartParser)
    repeatable = ()  # the key is the `clientNonce`, which the service knows
    counted_reads = ("list",)

    def list(self, request: SignedInRequest, conversation_id: int) -> Response:
        query = query_of(request)
        wanted = PageRequest(
            limit=page_size(query),
            cursor=query.secret("cursor", required=False),
            before=anchor_in(query, "before"),
            after=anchor_in(query, "after"),
            around=anchor_in(query, "around"),
        )
        page = page_of_messages(user=request.user, conversation_id=conversation_id, request=wanted)
        return ok(
            messages=messages_shape(page.messages, viewer_id=request.user.pk),
            hasMore=page.next_cursor is not None,
            nextCursor=page.next_cursor,
            hasNewer=page.previous_cursor is not None,
            previousCursor=page.previous_cursor,
        )

    def create(self, request: SignedInRequest, conversation_id: int) -> Response:
        body, files = form_or_body(request)
        fields = with_idempotency_key(body, request)
        draft = draft_of(
            fields,
            sender_id=request.user.pk,
            conversation_id=conversation_id,
            door="rest",
            sign_in_id=request.auth.sign_in_id,
        )
        sent = send_with_files(sender=request.user, draft=draft, files=files)
        return ok(201 if sent.is_new else 200, message=own_message_shape(sent.message, viewer_id=request.user.pk))


class MessageViewSet(ApiViewSet):
    """One message, below its conversation or by its bare id (*alias*)."""

    counted_reads = ("history",)

    def update(self, request: SignedInRequest, message_id: int, conversation_id: int | None = None) -> Response:
        content = body_of(request).text("content", max_length=MAX_CONTENT_LENGTH, blank=True)
        message = edit_message(
            editor=request.user, message_id=message_id, conversation_id=conversation_id, content=content
        )
        return ok(message=own_message_shape(message, viewer_id=request.user.pk))

    def destroy(self, request: SignedInRequest, message_id: int, conversation_id: int | None = None) -> Response:
        message = delete_message(actor=request.user, message_id=message_id, conversation_id=conversation_id)
        return ok(message=own_message_shape(message, viewer_id=request.user.pk))

    def restore(self, request: SignedInRequest, message_id: int, conversation_id: int | None = None) -> Response:
        message = restore_message(actor=request.user, message_id=message_id, conversation_id=conversation_id)
        return ok(message=own_message_shape(message, viewer_id=request.user.pk))

    def remove_preview(self, request: SignedInRequest, message_id: int, conversation_id: int | None = None) -> Response:
        message = remove_preview(actor=request.user, message_id=message_id, conversation_id=conversation_id)
        return ok(message=own_message_shape(message, viewer_id=request.user.pk))

    def history(self, request: SignedInRequest, message_id: int, conversation_id: int | None = None) -> Response:
        reason = query_of(request).text("reason", max_length=MAX_REASON_LENGTH, required=False, blank=True)
        edits = earlier_texts(user=request.user, message_id=message_id, conversation_id=conversation_id, reason=reason)
        return ok(history=[{"content": edit.content, "editedAt": iso(edit.edited_at)} for edit in edits])

    def react(self, request: SignedInRequest, message_id: int, conversation_id: int | None = None) -> Response:
        body = body_of(request)
        reacted = react(
            user=request.user,
            message_id=message_id,
            conversation_id=conversation_id,
            emoji=body.secret("emoji", max_length=64),
            on=body.boolean("on", required=False),
        )
        message = own_message_shape(reacted.message, viewer_id=request.user.pk)
        return ok(message=message, reacted=reacted.reacted)


def anchor_in(query: QueryFields, name: str) -> Anchor | None:
    """`before`, `after`, `around`: a message's id, or `seq:N`."""
    value = query.secret(name, required=False, max_length=40)
    if value is not None and value.startswith("seq:"):
        number = value.removeprefix("seq:")
        if not number.isascii() or not number.isdecimal() or len(number) > 15:
            query.refuse(name, "A message id, or seq:N, is expected.")
        return Anchor(seq=int(number))
    identifier = query.identifier(name, required=False)
    return None if identifier is None else Anchor(message_id=identifier)
