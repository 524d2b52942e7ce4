from rest_framework.response import Response

from messenger import slots
from messenger.api.viewsets import ApiViewSet, SignedInRequest, body_of
from messenger.services.sync import sync, sync_request_of
from messenger.sync_shapes import sync_shape


class SyncViewSet(ApiViewSet):
    """POST `/sync` (contract: Staying in sync)."""

    repeatable = ()  # it creates nothing
    counted_reads = ("create",)

    def create(self, request: SignedInRequest) -> Response:
        slots.note_sign_of_life(user_id=request.user.pk, sign_in_id=request.auth.sign_in_id)
        answer = sync(viewer=request.user, request=sync_request_of(body_of(request)))
        return Response(sync_shape(answer, viewer=request.user))
