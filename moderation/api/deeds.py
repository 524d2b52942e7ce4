"""What administrators do to messages and people (contract: Administration)."""

from rest_framework.response import Response

from messenger.api.viewsets import SignedInRequest, body_of, ok
from moderation.api.viewsets import AdminViewSet
from moderation.services.deeds import remove_message, suspend, unsuspend, warn
from moderation.services.reasons import MAX_REASON_LENGTH
from moderation.shapes import messages_looked_at, moderated_person_shape


class AdminMessagesViewSet(AdminViewSet):
    """`/admin/messages/:id`. Its reason may come in the query string: not every client sends a body with DELETE."""

    def destroy(self, request: SignedInRequest, message_id: int) -> Response:
        reason = _reason_in(request) or request.query_params.get("reason")
        message = remove_message(moderator=request.user, message_id=message_id, reason=reason)
        return ok(message=messages_looked_at([message])[0])


class AdminPeopleViewSet(AdminViewSet):
    """`/admin/users/:id/warn`, `/suspend`, `/unsuspend`."""

    repeatable = ("warn",)

    def warn(self, request: SignedInRequest, user_id: int) -> Response:
        user = warn(moderator=request.user, user_id=user_id, reason=_reason_in(request))
        return ok(user=moderated_person_shape(user))

    def suspend(self, request: SignedInRequest, user_id: int) -> Response:
        until = body_of(request).moment("until", required=False)
        user = suspend(moderator=request.user, user_id=user_id, until=until, reason=_reason_in(request))
        return ok(user=moderated_person_shape(user))

    def unsuspend(self, request: SignedInRequest, user_id: int) -> Response:
        user = unsuspend(moderator=request.user, user_id=user_id, reason=_reason_in(request))
        return ok(user=moderated_person_shape(user))


def _reason_in(request: SignedInRequest) -> str | None:
    return body_of(request).text("reason", max_length=MAX_REASON_LENGTH, required=False, blank=True)
