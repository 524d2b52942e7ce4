from messenger.models import Conversation, User
from messenger.services.contexts import ContextInput, pair_key_of, settle_context


def conversation_between(*, user: User, other_id: int, context: ContextInput | None = None) -> int | None:
    """The conversation that creating one with this person about this would find; None where it would be new.

    Only reads.

    :raises ValidationFailed: a context of an unknown type, or without reference.
    """
    key = pair_key_of(user_ids=(user.pk, other_id), context=settle_context(context) if context else None)
    mine = Conversation.objects.filter(pair_key=key, seats__user=user, seats__left_at__isnull=True)
    return mine.values_list("pk", flat=True).first()
