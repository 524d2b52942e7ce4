from django.urls import URLPattern

from messenger.api.routes import route
from moderation.api.audit import AuditViewSet
from moderation.api.conversations import AdminConversationsViewSet
from moderation.api.deeds import AdminMessagesViewSet, AdminPeopleViewSet
from moderation.api.metrics import MetricsViewSet
from moderation.api.reporting import ReportingViewSet
from moderation.api.reports import ReportsViewSet

_M = "v4/messenger"
_A = f"{_M}/admin"
_CONVERSATION = f"{_A}/conversations/<id:conversation_id>"
_PERSON = f"{_A}/users/<id:user_id>"
_REPORT = f"{_A}/reports/<id:report_id>"
_REPORT_MESSAGE = ReportingViewSet.as_view({"post": "report_message"})

urlpatterns: list[URLPattern] = [
    route(f"{_M}/messages/<id:message_id>/report", _REPORT_MESSAGE, "report-message"),
    route(f"{_M}/conversations/<id:conversation_id>/messages/<id:message_id>/report", _REPORT_MESSAGE),
    route(
        f"{_M}/conversations/<id:conversation_id>/report",
        ReportingViewSet.as_view({"post": "report_conversation"}),
        "report-conversation",
    ),
    route(f"{_A}/conversations", AdminConversationsViewSet.as_view({"get": "list"}), "admin-conversations"),
    route(
        _CONVERSATION,
        AdminConversationsViewSet.as_view({"get": "retrieve", "patch": "update"}),
        "admin-conversation",
    ),
    route(f"{_CONVERSATION}/messages", AdminConversationsViewSet.as_view({"get": "messages"}), "admin-messages"),
    route(f"{_A}/messages/<id:message_id>", AdminMessagesViewSet.as_view({"delete": "destroy"}), "admin-message"),
    route(f"{_PERSON}/warn", AdminPeopleViewSet.as_view({"post": "warn"}), "admin-warn"),
    route(f"{_PERSON}/suspend", AdminPeopleViewSet.as_view({"post": "suspend"}), "admin-suspend"),
    route(f"{_PERSON}/unsuspend", AdminPeopleViewSet.as_view({"post": "unsuspend"}), "admin-unsuspend"),
    route(f"{_A}/reports", ReportsViewSet.as_view({"get": "list"}), "admin-reports"),
    route(_REPORT, ReportsViewSet.as_view({"get": "retrieve", "patch": "update"}), "admin-report"),
    route(f"{_REPORT}/files/<id:file_id>", ReportsViewSet.as_view({"get": "file"}), "admin-report-file"),
    route(f"{_A}/audit", AuditViewSet.as_view({"get": "list"}), "admin-audit"),
    route(f"{_A}/metrics", MetricsViewSet.as_view({"get": "retrieve"}), "admin-metrics"),
]
