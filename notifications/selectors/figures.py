from django.db.models import Count, Q

from messenger.slots import Figures
from notifications.models import Delivery


def delivery_figures() -> Figures:
    """How many deliveries wait, went out, failed at least once and wait again, took several tries, or were given up."""
    waiting = Q(state=Delivery.State.WAITING)
    return Delivery.objects.aggregate(
        queued=Count("pk", filter=waiting),
        sent=Count("pk", filter=Q(state=Delivery.State.SENT)),
        failed=Count("pk", filter=waiting & ~Q(last_error="")),
        retried=Count("pk", filter=Q(attempts__gt=1)),
        dead=Count("pk", filter=Q(state=Delivery.State.DEAD)),
    )
