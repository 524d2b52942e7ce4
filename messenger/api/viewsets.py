"""What every view of the API is built on."""

from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Any, ClassVar, cast

from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from messenger.api.authentication import Credentials, check_csrf, plain
from messenger.api.repeating import HEADER, answer_once
from messenger.api.routes import NO_ID
from messenger.errors import MethodNotAllowed, NotFound
from messenger.inputs import Fields, JsonObject
from messenger.lock_errors import may_run_again
from messenger.models import User
from messenger.services import limits


class SignedInRequest(Request):
    """A request whose sender is proved."""

    user: User
    auth: Credentials


class ApiViewSet(ViewSet):
    """A viewset for signed-in callers. Its routes name what each method does; others are answered 405.

    A POST of one of the `repeatable` actions is carried out once for each `Idempotency-Key` (see `repeating`); those
    that know repeats by themselves, or whose body is a secret, stay out. Each of the `counted_reads` uses up one of the
    reads that the caller's tier allows (`MESSENGER_RATE_LIMIT_<TIER>_READS`), whatever becomes of it. For those that
    are `looked_up_nowhere` every id is right, so that what can be none is refused for them.
    """

    http_method_names = ("get", "post", "put", "patch", "delete", "head")
    repeatable: ClassVar[Collection[str]] = ("create",)
    counted_reads: ClassVar[Collection[str]] = ()
    looked_up_nowhere: ClassVar[Collection[str]] = ()
    may_try_again = False

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if not hasattr(self, (request.method or "").lower()):
            raise MethodNotAllowed
        super().initial(request, *args, **kwargs)
        if self.action in self.looked_up_nowhere and NO_ID in kwargs.values():
            raise NotFound
        user, is_creating = request.user, request.method == "POST" and self.action in self.repeatable
        if self.action in self.counted_reads and isinstance(user, User):
            limits.charge(kind="reads", user=user)
        if is_creating and HEADER in request.headers and isinstance(user, User):
            answer = partial(self.post, request, *args, **kwargs)
            self.post: Callable[..., Response] = lambda *_, **place: answer_once(
                request, user, answer, memory=self, place=place
            )
        self.may_try_again = HEADER not in request.headers  # proved, permitted and counted from here on

    def handle_exception(self, exc: Exception) -> Response:
        """Answer an error; what a deadlock undid is tried once more, unless an `Idempotency-Key` keeps account."""
        if not (self.may_try_again and may_run_again(exc)):
            return super().handle_exception(exc)
        self.may_try_again = False
        try:
            answer: Response = getattr(self, (self.request.method or "").lower())(
                self.request, *self.args, **self.kwargs
            )
        except Exception as second:  # noqa: BLE001  # mapped as the first would have been
            return super().handle_exception(second)
        return answer

    def kept_of(self, answer: JsonObject, /) -> JsonObject:
        """What is kept of an answer to answer its repeats. Override where it shows what may be deleted meanwhile."""
        return answer

    def answer_again(self, _request: Any, kept: JsonObject, /, **_place: int) -> JsonObject:
        """The answer to a repeat, from what was kept of the first one."""
        return kept

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Keep answers out of shared and private caches, but for those that say otherwise."""
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer.headers.setdefault("Cache-Control", "no-store")
        return answer


class OpenViewSet(ApiViewSet):
    """A viewset for everybody. An unsafe method by a browser still needs the CSRF token (`check_csrf`)."""

    permission_classes = (AllowAny,)

    def require_csrf(self, request: Request) -> None:
        """Ask for the CSRF token where it is a cookie that will be set."""
        check_csrf(plain(request))


def body_of(request: Request) -> Fields:
    """A reader of the request's body."""
    return Fields(cast("Mapping[str, object]", request.data))


def ok(status: int = 200, **fields: object) -> Response:
    """A successful answer."""
    return Response({"success": True, **fields}, status)
