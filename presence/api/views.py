"""Presence over REST (contract: Presence, notifications, push)."""

from django.conf import settings
from rest_framework.response import Response

from messenger.api.viewsets import ApiViewSet, SignedInRequest, body_of, ok
from messenger.inputs import Fields
from messenger.shapes import Json, iso
from presence.selectors.statuses import Presence, presence_of
from presence.services.choosing import STATUSES, choose_presence

MAX_PEOPLE = 200
MAX_STATUS_TEXT = 140


class PresenceViewSet(ApiViewSet):
    """Of several people, of one, and one's own."""

    looked_up_nowhere = ("retrieve",)

    def list(self, request: SignedInRequest) -> Response:
        values = ",".join(request.query_params.getlist("userIds")).split(",")
        ids = Fields({"userIds": [value.strip() for value in values]}).identifiers("userIds", max_items=MAX_PEOPLE)
        return ok(presence=_shapes(presence_of(viewer_id=request.user.pk, user_ids=ids)))

    def retrieve(self, request: SignedInRequest, user_id: int) -> Response:
        return ok(presence=_shapes(presence_of(viewer_id=request.user.pk, user_ids=[user_id])))

    def update(self, request: SignedInRequest) -> Response:
        body = body_of(request)
        choose_presence(
            user=request.user,
            sign_in_id=request.auth.sign_in_id,
            status=body.choice("status", STATUSES),
            status_text=body.line("statusText", max_length=MAX_STATUS_TEXT, required=False, blank=True),
            lasts_s=settings.MESSENGER_PRESENCE_LEASE,
        )
        return ok(presence=_shapes(presence_of(viewer_id=request.user.pk, user_ids=[request.user.pk])))


def _shapes(found: dict[int, Presence]) -> Json:
    return {
        str(user_id): {"status": known.status, "state": known.status, "lastSeen": iso(known.last_seen)}
        for user_id, known in found.items()
    }
