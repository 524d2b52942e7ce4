"""The deployment's figures in v4's JSON (see `messenger.wire_types`)."""

from typing import Annotated

from msgspec import Meta, field

from messenger.wire_types.values import ConversationType, Count, Done, Moment, Shape

Minutes = Annotated[
    list[Count], Meta(description="60 minutes, oldest first.", min_length=60, max_length=60, examples=[[0] * 59 + [3]])
]
Milliseconds = Annotated[float, Meta(description="Of the last hour; 0 where nothing was delivered.", ge=0)]


class MessageFigures(Shape):
    """Messages that people sent."""

    total: Count
    last_hour: Count
    last_day: Count
    per_minute: Minutes


class ConversationFigures(Shape):
    total: Count
    active: Count
    by_type: dict[ConversationType, Count]


class PeopleFigures(Shape):
    """`connected`: with at least one open socket."""

    online: Count
    away: Count
    connected: Count


class DeliveryFigures(Shape):
    """How long a message takes from its commit's beginning into its readers' queues."""

    p50_ms: Milliseconds = field(name="p50Ms")
    p99_ms: Milliseconds = field(name="p99Ms")


class TransportFigures(Shape):
    """`rest`: clients that keep up by REST alone."""

    native: Count
    websocket: Count
    polling: Count
    rest: Count


class SocketFigures(Shape):
    """Open connections; events that clients sent, and how many of them were refused."""

    connections: Count
    by_transport: TransportFigures
    events: Count
    errors: Count
    rate_limited: Count


class RequestFigures(Shape):
    total: Count
    per_minute: Minutes


class NotificationFigures(Shape):
    """Deliveries by what became of them."""

    queued: Count
    sent: Count
    failed: Count
    retried: Count
    dead: Count


class ReportFigures(Shape):
    """Reports that wait for a moderator."""

    open: Count


class SurfaceFigures(Shape):
    """Use of one older surface."""

    calls24h: Annotated[int, Meta(ge=0)] = field(name="calls24h")
    clients: Count


class LegacyFigures(Shape):
    """Use of what is going to be switched off."""

    v1: SurfaceFigures
    v2: SurfaceFigures
    v3: SurfaceFigures
    pages: SurfaceFigures
    widget: SurfaceFigures


class Figures(Shape):
    """The whole deployment's, not one process's."""

    messages: MessageFigures
    conversations: ConversationFigures
    users: PeopleFigures
    delivery: DeliveryFigures
    sockets: SocketFigures
    requests: RequestFigures
    notifications: NotificationFigures
    attachments: Count
    reports: ReportFigures
    legacy: LegacyFigures


class DeploymentMetrics(Done):
    """The figures, and when they were collected."""

    metrics: Figures
    collected_at: Moment
