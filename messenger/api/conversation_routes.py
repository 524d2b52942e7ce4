from django.urls import URLPattern

from messenger.api.conversations import ConversationsViewSet, ConversationViewSet
from messenger.api.exports import ConversationExportViewSet
from messenger.api.flows import ActionsViewSet, FlowViewSet
from messenger.api.groups import ParticipantsViewSet, ReceiptsViewSet
from messenger.api.inbox import BlocksViewSet, ContactsViewSet, LimitsViewSet, UnreadViewSet
from messenger.api.routes import route

_M = "v4/messenger"
_ONE = f"{_M}/conversations/<id:conversation_id>"
_TYPING = ConversationViewSet.as_view({"post": "typing"})
_UNREAD = UnreadViewSet.as_view({"get": "list"})

routes: list[URLPattern] = [
    route(f"{_M}/conversations", ConversationsViewSet.as_view({"get": "list", "post": "create"}), "conversations"),
    route(
        _ONE,
        ConversationViewSet.as_view({"get": "retrieve", "patch": "update", "delete": "destroy"}),
        "conversation",
    ),
    route(f"{_ONE}/participants", ParticipantsViewSet.as_view({"get": "list", "post": "create"}), "participants"),
    route(
        f"{_ONE}/participants/<id:user_id>",
        ParticipantsViewSet.as_view({"patch": "update", "delete": "destroy"}),
        "participant",
    ),
    route(f"{_ONE}/export", ConversationExportViewSet.as_view({"get": "retrieve"}), "conversation-export"),
    route(f"{_ONE}/flow", FlowViewSet.as_view({"post": "create"}), "flow"),
    route(f"{_ONE}/actions", ActionsViewSet.as_view({"post": "create"}), "actions"),
    route(f"{_ONE}/read", ConversationViewSet.as_view({"post": "read"}), "read"),
    route(f"{_ONE}/receipts", ReceiptsViewSet.as_view({"get": "list"}), "receipts"),
    route(f"{_ONE}/typing", _TYPING, "typing"),
    route(f"{_M}/typing", _TYPING, "bare-typing"),
    route(f"{_M}/unread", _UNREAD, "unread"),
    route(f"{_M}/unread-count", _UNREAD),
    route(f"{_M}/limits", LimitsViewSet.as_view({"get": "list"}), "limits"),
    route(f"{_M}/contacts", ContactsViewSet.as_view({"get": "list"}), "contacts"),
    route(f"{_M}/blocks", BlocksViewSet.as_view({"get": "list", "post": "create"}), "blocks"),
    route(f"{_M}/blocks/<id:user_id>", BlocksViewSet.as_view({"delete": "destroy"}), "block"),
]
