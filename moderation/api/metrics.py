from rest_framework.response import Response

from messenger.api.viewsets import SignedInRequest, ok
from messenger.shapes import iso
from moderation.api.viewsets import AdminViewSet
from moderation.selectors.metrics import deployment_metrics


class MetricsViewSet(AdminViewSet):
    """`/admin/metrics`: the whole deployment's figures."""

    def retrieve(self, _request: SignedInRequest) -> Response:
        metrics, collected_at = deployment_metrics()
        return ok(metrics=metrics, collectedAt=iso(collected_at))
