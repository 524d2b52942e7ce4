from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from messenger.models.conversations import Conversation


class FlowAction(models.Model):
    """A button that somebody pressed in a campaign or bid conversation, as the integrator is told of it.

    `flow` and `version` are those of the moment; the outbox posts the row to the integrator's webhook.
    """

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="flow_actions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    action = models.CharField(max_length=64)
    data = models.JSONField(default=dict, blank=True)
    flow = models.JSONField(default=dict, blank=True)
    version = models.BigIntegerField()
    created_at = models.DateTimeField(default=timezone.now)
    delivered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["user"], name="flow_action_user")]

    def __str__(self) -> str:
        return f"{self.action} in {self.conversation_id}"
