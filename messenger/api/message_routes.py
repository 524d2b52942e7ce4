from django.urls import URLPattern

from messenger.api.attachments import AttachmentViewSet, PreviewPictureViewSet, UploadViewSet
from messenger.api.messages import ConversationMessagesViewSet, MessageViewSet
from messenger.api.routes import route
from messenger.api.search import SearchViewSet
from messenger.api.sync import SyncViewSet

_M = "v4/messenger"
_IN = f"{_M}/conversations/<id:conversation_id>/messages"
_ONE = MessageViewSet.as_view({"patch": "update", "delete": "destroy"})
_REACT = MessageViewSet.as_view({"post": "react"})
_HISTORY = MessageViewSet.as_view({"get": "history"})

routes: list[URLPattern] = [
    route(_IN, ConversationMessagesViewSet.as_view({"get": "list", "post": "create"}), name="messages"),
    route(f"{_IN}/<id:message_id>", _ONE, name="message"),
    route(f"{_IN}/<id:message_id>/react", _REACT, name="message-react"),
    route(f"{_IN}/<id:message_id>/history", _HISTORY, name="message-history"),
    route(f"{_IN}/<id:message_id>/restore", MessageViewSet.as_view({"post": "restore"}), name="message-restore"),
    route(
        f"{_IN}/<id:message_id>/preview/remove",
        MessageViewSet.as_view({"post": "remove_preview"}),
        name="message-preview",
    ),
    route(f"{_M}/messages/<id:message_id>", _ONE, name="bare-message"),
    route(f"{_M}/messages/<id:message_id>/reactions", _REACT, name="bare-message-reactions"),
    route(f"{_M}/messages/<id:message_id>/history", _HISTORY, name="bare-message-history"),
    route(f"{_M}/attachments", UploadViewSet.as_view({"post": "create"}), name="attachments"),
    route(f"{_M}/attachments/<id:attachment_id>", AttachmentViewSet.as_view({"get": "retrieve"}), name="attachment"),
    route(
        f"{_M}/attachments/<id:attachment_id>/thumbnail",
        AttachmentViewSet.as_view({"get": "thumbnail"}),
        name="attachment-thumbnail",
    ),
    route(f"{_M}/previews/<id:picture_id>", PreviewPictureViewSet.as_view({"get": "retrieve"}), name="preview-picture"),
    route(f"{_M}/search", SearchViewSet.as_view({"get": "list"}), name="search"),
    route(f"{_M}/sync", SyncViewSet.as_view({"post": "create"}), name="sync"),
]
