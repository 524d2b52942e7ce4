"""Figures as Prometheus reads them.

The deployment's are the same at every process, so that one scrape is enough; `messenger_process_*` are each process's.
"""

from collections.abc import Iterator

import structlog
from django.db import DatabaseError
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from messenger.realtime.endpoints import socketio_engine
from messenger.realtime.lifetime import tasks_and_connections
from messenger.shapes import Json
from moderation.selectors.metrics import deployment_metrics

logger = structlog.get_logger(__name__)

_GAUGES = (
    ("messenger_messages", "Messages that people sent", ("messages", "total")),
    ("messenger_messages_last_hour", "Messages of the last 60 minutes", ("messages", "lastHour")),
    ("messenger_messages_last_day", "Messages of the last 24 hours", ("messages", "lastDay")),
    ("messenger_conversations_active", "Conversations that are not closed", ("conversations", "active")),
    ("messenger_users_online", "People who are online", ("users", "online")),
    ("messenger_users_away", "People who are away", ("users", "away")),
    ("messenger_users_connected", "People with an open socket", ("users", "connected")),
    ("messenger_attachments", "Files that were sent", ("attachments",)),
    ("messenger_reports_open", "Reports that wait for a moderator", ("reports", "open")),
)
_COUNTERS = (
    ("messenger_socket_events", "Events that clients sent", ("sockets", "events")),
    ("messenger_socket_errors", "Events that were refused", ("sockets", "errors")),
    ("messenger_socket_rate_limited", "Events over a limit", ("sockets", "rateLimited")),
    ("messenger_requests", "HTTP requests", ("requests", "total")),
)
_LABELLED = (
    ("messenger_conversations", "Conversations", "type", ("conversations", "byType")),
    ("messenger_sockets", "Open connections", "transport", ("sockets", "byTransport")),
    ("messenger_notifications", "Deliveries of notifications", "state", ("notifications",)),
)


class DeploymentCollector(Collector):
    """Collects when it is asked."""

    def collect(self) -> Iterator[Metric]:
        figures, _ = deployment_metrics()
        for name, about, path in _GAUGES:
            yield GaugeMetricFamily(name, about, value=_at(figures, path))
        for name, about, path in _COUNTERS:
            yield CounterMetricFamily(name, about, value=_at(figures, path))
        for name, about, label, path in _LABELLED:
            family = GaugeMetricFamily(name, about, labels=[label])
            for value, number in _branch(figures, path).items():
                family.add_metric([value], number)
            yield family
        latency = GaugeMetricFamily(
            "messenger_delivery_seconds", "From a message's commit into its readers' queues", labels=["quantile"]
        )
        for quantile, key in (("0.5", "p50Ms"), ("0.99", "p99Ms")):
            latency.add_metric([quantile], figures["delivery"][key] / 1000)
        yield latency


class ProcessCollector(Collector):
    """What this process holds now: what does not sink again when everybody has gone is a leak."""

    def collect(self) -> Iterator[Metric]:
        tasks, connections = tasks_and_connections()
        yield GaugeMetricFamily("messenger_process_tasks", "Tasks of the event loop", value=tasks)
        yield GaugeMetricFamily("messenger_process_connections", "Signed-in connections", value=connections)
        yield GaugeMetricFamily("messenger_process_sessions", "Socket.IO sessions", value=len(socketio_engine))


def process_exposition() -> bytes:
    """This process's figures as text, whatever else is out of reach."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(ProcessCollector())
    return generate_latest(registry)


def deployment_exposition() -> bytes:
    """The figures as text; nothing while the database is out of reach."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(DeploymentCollector())
    try:
        return generate_latest(registry)
    except DatabaseError:
        logger.warning("the deployment's figures cannot be read")
        return b""


def _branch(figures: Json, path: tuple[str, ...]) -> Json:
    found = figures
    for step in path:
        found = found[step]
    return found


def _at(figures: Json, path: tuple[str, ...]) -> float:
    *branch, leaf = path
    return float(_branch(figures, tuple(branch))[leaf])
