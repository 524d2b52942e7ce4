"""Participants and receipts over REST (contract: Conversations)."""

from rest_framework.response import Response

from messenger import slots
from messenger.api.filters import query_of
from messenger.api.viewsets import ApiViewSet, SignedInRequest, body_of, ok
from messenger.conversation_shapes import conversation_shape, participant_shapes, receipts_shape
from messenger.inputs import JsonObject
from messenger.models import Participant
from messenger.selectors.conversations import conversation_seen_by
from messenger.selectors.seats import receipts_of, seats_of
from messenger.services.conversations import MAX_MEMBERS
from messenger.services.groups import add_participants, change_member_role, remove_participant


class ParticipantsViewSet(ApiViewSet):
    """`/conversations/:id/participants`."""

    counted_reads = ("list",)

    def list(self, request: SignedInRequest, conversation_id: int) -> Response:
        seats = seats_of(user=request.user, conversation_id=conversation_id)
        statuses = slots.presence_of(viewer_id=request.user.pk, user_ids=[seat.user_id for seat in seats])
        return ok(participants=participant_shapes(seats, statuses=statuses), count=len(seats))

    def create(self, request: SignedInRequest, conversation_id: int) -> Response:
        body = body_of(request)
        seen = add_participants(
            actor=request.user,
            conversation_id=conversation_id,
            user_ids=body.identifiers("userIds", max_items=MAX_MEMBERS),
            share_history=body.boolean("shareHistory", required=False) or False,
        )
        return ok(conversation=conversation_shape(*seen, request.user))

    def kept_of(self, _answer: JsonObject, /) -> JsonObject:
        return {}

    def answer_again(self, request: SignedInRequest, _kept: JsonObject, /, **place: int) -> JsonObject:
        seen = conversation_seen_by(user=request.user, conversation_id=place["conversation_id"])
        return {"success": True, "conversation": conversation_shape(*seen, request.user)}

    def update(self, request: SignedInRequest, conversation_id: int, user_id: int) -> Response:
        seen = change_member_role(
            actor=request.user,
            conversation_id=conversation_id,
            user_id=user_id,
            member_role=body_of(request).choice("memberRole", Participant.MemberRole.values),
        )
        return ok(conversation=conversation_shape(*seen, request.user))

    def destroy(self, request: SignedInRequest, conversation_id: int, user_id: int) -> Response:
        remove_participant(actor=request.user, conversation_id=conversation_id, user_id=user_id)
        return ok()


class ReceiptsViewSet(ApiViewSet):
    """`/conversations/:id/receipts`."""

    counted_reads = ("list",)

    def list(self, request: SignedInRequest, conversation_id: int) -> Response:
        seq = query_of(request).integer("seq", minimum=1, maximum=2**53 - 1, required=False)
        receipts = receipts_of(user=request.user, conversation_id=conversation_id, seq=seq)
        return ok(**receipts_shape(receipts))
