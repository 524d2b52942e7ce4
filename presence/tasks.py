from celery import shared_task

from presence.services.telling import clear_presence


@shared_task
def clear(**_: object) -> int:
    """Clear what no hub holds any more: every 60 s."""
    return clear_presence()
