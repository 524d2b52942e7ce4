"""What is the caller's own over REST: unread counts, limits, contacts, blocks (contract: Conversations)."""

from datetime import timedelta

from django.utils import timezone
from rest_framework.response import Response

from messenger import slots
from messenger.api.filters import page_size, query_of
from messenger.api.viewsets import ApiViewSet, SignedInRequest, body_of, ok
from messenger.models import User
from messenger.person_shapes import block_shape, contact_shape, limit_shape
from messenger.selectors.people import contacts_of
from messenger.selectors.unread import unread_counts_of
from messenger.services.blocks import block_person, blocks_of, unblock_person
from messenger.services.limits import remaining_of
from messenger.shapes import Json

MAX_NAME_LENGTH = 100
MAX_REASON_LENGTH = 500


class UnreadViewSet(ApiViewSet):
    """`/unread` (*alias* `/unread-count`)."""

    def list(self, request: SignedInRequest) -> Response:
        counts = unread_counts_of([request.user.pk])[request.user.pk]
        conversations = {str(conversation_id): count for conversation_id, count in counts.conversations.items()}
        return ok(unreadCount=counts.total, count=counts.total, conversations=conversations)


class LimitsViewSet(ApiViewSet):
    """`/limits`: what the caller's tier still allows."""

    def list(self, request: SignedInRequest) -> Response:
        now = timezone.now()
        left = remaining_of(user=request.user)
        shapes: Json = {
            kind: limit_shape(state, now + timedelta(seconds=state.resets_in_s)) for kind, state in left.items()
        }
        return ok(tier=request.user.subscription_tier, **shapes)


class ContactsViewSet(ApiViewSet):
    """`/contacts`: people whom the caller may write to."""

    counted_reads = ("list",)

    def list(self, request: SignedInRequest) -> Response:
        query = query_of(request)
        people = contacts_of(
            user=request.user,
            q=query.line("q", max_length=MAX_NAME_LENGTH, required=False, blank=True) or "",
            role=query.choice("role", User.Role.values, required=False),
            limit=page_size(query),
        )
        statuses = slots.presence_of(viewer_id=request.user.pk, user_ids=[person.id for person in people])
        contacts = [contact_shape(person, status=statuses.get(person.id, "offline")) for person in people]
        return ok(contacts=contacts, count=len(contacts))


class BlocksViewSet(ApiViewSet):
    """`/blocks`: whom the caller does not want to hear of."""

    looked_up_nowhere = ("destroy",)

    def list(self, request: SignedInRequest) -> Response:
        blocks = [block_shape(block) for block in blocks_of(user=request.user)]
        return ok(blocks=blocks, count=len(blocks))

    def create(self, request: SignedInRequest) -> Response:
        body = body_of(request)
        block, is_new = block_person(
            blocker=request.user,
            user_id=body.identifier("userId"),
            reason=body.line("reason", max_length=MAX_REASON_LENGTH, required=False, blank=True) or "",
        )
        return ok(201 if is_new else 200, block=block_shape(block))

    def destroy(self, request: SignedInRequest, user_id: int) -> Response:
        unblock_person(blocker=request.user, user_id=user_id)
        return ok()
