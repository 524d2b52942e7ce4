"""Creating requests that may be repeated: the first one with a key is remembered with its answer, for 24 h."""

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import msgspec
from django.utils import timezone

from messenger.errors import NonceReused, ValidationFailed
from messenger.models import Conversation, IdempotentRequest, User

MAX_KEY_LENGTH = 128
REMEMBERED_FOR = timedelta(hours=24)


def first_of(*, user: User, route: str, key: str, request: object) -> IdempotentRequest:
    """The first request of this user, route and key; its `answer` is None where this is the first one.

    Waits while another transaction is about to answer the same key.

    :raises ValidationFailed: a key of no or too many characters.
    :raises NonceReused: the first one asked for something else.
    """
    if not 1 <= len(key) <= MAX_KEY_LENGTH:
        raise ValidationFailed.at("clientNonce", f"1 to {MAX_KEY_LENGTH} characters.")
    fingerprint = hashlib.sha256(msgspec.json.encode(request, order="deterministic")).hexdigest()
    first, is_new = IdempotentRequest.objects.get_or_create(
        user=user, route=route, key=key, defaults={"fingerprint": fingerprint}
    )
    if not is_new and first.fingerprint != fingerprint:
        raise NonceReused("This nonce was used for another request.")
    return first


def settle(first: IdempotentRequest, *, answer: Mapping[str, Any], status: int) -> None:
    """Remember what the first request was answered with."""
    first.answer, first.status = dict(answer), status
    first.save(update_fields=["answer", "status"])


def conversation_of(first: IdempotentRequest) -> Conversation | None:
    """The conversation that the first request opened; None where this is the first one, or it is gone by now."""
    return None if first.answer is None else Conversation.objects.filter(pk=first.answer["conversationId"]).first()


def forget_repeats() -> int:
    """Forget requests that are older than a repeat may come; gives the number. Safe to run twice."""
    deleted, _ = IdempotentRequest.objects.filter(created_at__lt=timezone.now() - REMEMBERED_FOR).delete()
    return deleted
