"""Files over REST: upload first or with the send, and fetched through this host, checked at every fetch."""

from django.http.response import HttpResponseBase
from rest_framework.response import Response

from messenger.api.authentication import plain
from messenger.api.file_answers import file_answer
from messenger.api.parsing import StrictMultiPartParser
from messenger.api.viewsets import ApiViewSet, SignedInRequest, ok
from messenger.errors import NotFound, ValidationFailed
from messenger.selectors.attachments import attachment_for, attachment_snapshot, preview_picture_for
from messenger.services.attachments import upload
from messenger.shapes import attachment_shape


class UploadViewSet(ApiViewSet):
    """POST `/attachments`."""

    parser_classes = (StrictMultiPartParser,)

    def create(self, request: SignedInRequest) -> Response:
        files = request.FILES.getlist("file")
        if len(files) != 1:
            raise ValidationFailed.at("file", "One file is expected.")
        (kept,) = upload(owner=request.user, files=files)
        return ok(201, attachment=attachment_shape(attachment_snapshot(kept)))


class AttachmentViewSet(ApiViewSet):
    """GET `/attachments/:id` and its thumbnail: participants only."""

    def retrieve(self, request: SignedInRequest, attachment_id: int) -> HttpResponseBase:
        kept = attachment_for(user=request.user, attachment_id=attachment_id)
        return file_answer(plain(request), kept, name=kept.storage_name, mime_type=kept.mime_type)

    def thumbnail(self, request: SignedInRequest, attachment_id: int) -> HttpResponseBase:
        kept = attachment_for(user=request.user, attachment_id=attachment_id)
        if not kept.thumbnail_name:
            raise NotFound
        return file_answer(plain(request), kept, name=kept.thumbnail_name, mime_type="image/webp")


class PreviewPictureViewSet(ApiViewSet):
    """GET `/previews/:id`: the picture of a link preview, for those who may read its message."""

    def retrieve(self, request: SignedInRequest, picture_id: int) -> HttpResponseBase:
        kept = preview_picture_for(user=request.user, picture_id=picture_id)
        return file_answer(plain(request), kept, name=kept.storage_name, mime_type="image/webp")
