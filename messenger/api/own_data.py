"""One's own data over REST: handed out as a file, or erased with a receipt (contract: Own data)."""

from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response

from messenger.api.authentication import WithoutProof, plain
from messenger.api.file_answers import file_answer
from messenger.api.viewsets import ApiViewSet, OpenViewSet, SignedInRequest, body_of, ok
from messenger.callers import caller_of
from messenger.models import DataExport
from messenger.services.data_exports import export_for, request_export
from messenger.services.erasing import Receipt, StoreState, receipt_of, request_erasure
from messenger.shapes import Json, iso

_ZIP = "application/zip"


class DataExportViewSet(ApiViewSet):
    """`/me/export`."""

    def create(self, request: SignedInRequest) -> Response:
        return _asked(request_export(user=request.user))

    def retrieve(self, request: SignedInRequest, export_id: int) -> HttpResponseBase:
        export = export_for(user=request.user, export_id=export_id)
        if export.state != DataExport.State.READY:
            return _asked(export)
        return file_answer(plain(request), export, name=export.storage_name, mime_type=_ZIP)


class ErasureViewSet(ApiViewSet):
    """POST `/me/erase`."""

    repeatable = ()  # its body holds a password

    def create(self, request: SignedInRequest) -> Response:
        body = body_of(request)
        code = request_erasure(
            user=request.user,
            password=body.secret("password"),
            confirmation=body.secret("confirm", max_length=16),
            caller=caller_of(plain(request)),
        )
        return ok(202, code=code, state="waiting")


class ReceiptViewSet(OpenViewSet):
    """GET `/erasure/:code`, for whoever has the code: the account is no more."""

    authentication_classes = (WithoutProof,)

    def retrieve(self, _request: Request, code: str) -> Response:
        return ok(**receipt_shape(receipt_of(code=code)))


def receipt_shape(receipt: Receipt) -> Json:
    erasure = receipt.erasure
    return {
        "state": erasure.state,
        "messages": erasure.messages,
        "requestedAt": iso(erasure.requested_at),
        "finishedAt": iso(erasure.finished_at),
        "checkedAt": iso(receipt.checked_at),
        "stores": [_store_shape(line) for line in receipt.stores],
    }


def _store_shape(line: StoreState) -> Json:
    return {
        "store": line.store,
        "count": line.count,
        "state": line.state,
        "remaining": line.remaining,
        "note": line.note,
    }


def _asked(export: DataExport) -> Response:
    answer = ok(202, exportId=str(export.pk), state=export.state)
    if export.state == DataExport.State.WAITING:
        answer.headers["Retry-After"] = "5"
    return answer
