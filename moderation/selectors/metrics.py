"""The whole deployment in figures: what the tables count, what the processes measured, what other rings give."""

from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from messenger import slots
from messenger.measures import Figures, measures
from messenger.models import Attachment, Conversation
from messenger.shapes import Json
from moderation.selectors.reports import unsettled_count
from presence import leases

NOTIFICATIONS = ("queued", "sent", "failed", "retried", "dead")
LEGACY = ("v1", "v2", "v3", "pages", "widget")

_CONVERSATIONS = """
    SELECT type, status, count(*), coalesce(sum(countable_seq), 0)::bigint FROM messenger_conversation GROUP BY 1, 2
"""


def deployment_metrics() -> tuple[Json, datetime]:
    """The figures as the contract names them (Administration: GET `/metrics`), and when they were collected."""
    counted = measures.figures()
    messages, conversations = _stored()
    online = leases.counts()
    notifications, legacy = slots.figures_of("notifications"), slots.figures_of("legacy")
    return {
        "messages": {
            "total": messages,
            "lastHour": sum(counted.messages_by_minute),
            "lastDay": counted.messages_last_day,
            "perMinute": counted.messages_by_minute,
        },
        "conversations": conversations,
        "users": {"online": online["online"], "away": online["away"], "connected": counted.people_connected},
        "delivery": {"p50Ms": counted.delivery_p50_ms, "p99Ms": counted.delivery_p99_ms},
        "sockets": _sockets(counted),
        "requests": {"total": counted.requests, "perMinute": counted.requests_by_minute},
        "notifications": {name: notifications.get(name, 0) for name in NOTIFICATIONS},
        "attachments": Attachment.objects.filter(message__isnull=False).count(),
        "reports": {"open": unsettled_count()},
        "legacy": {name: {"calls24h": 0, "clients": 0} | legacy.get(name, {}) for name in LEGACY},
    }, timezone.now()


def _stored() -> tuple[int, Json]:
    """Messages that people sent, by the conversations' own counters: no row of a message is read."""
    with connection.cursor() as cursor:
        cursor.execute(_CONVERSATIONS)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    by_type = dict.fromkeys(Conversation.Type.values, 0)
    for kind, _, number, _ in rows:
        by_type[kind] += number
    return sum(row[3] for row in rows), {
        "total": sum(row[2] for row in rows),
        "active": sum(row[2] for row in rows if row[1] == Conversation.Status.ACTIVE),
        "byType": by_type,
    }


def _sockets(counted: Figures) -> Json:
    transports = {name: counted.connections.get(name, 0) for name in ("native", "websocket", "polling")}
    return {
        "connections": sum(transports.values()),
        "byTransport": transports | {"rest": counted.rest_clients},
        "events": counted.socket_events,
        "errors": counted.socket_errors,
        "rateLimited": counted.socket_rate_limited,
    }
