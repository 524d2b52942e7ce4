"""Erasing an account: at once nobody can use it; a task goes through every store, and a receipt says what it did."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from messenger import slots
from messenger.errors import NotFound, ValidationFailed
from messenger.models import Erasure, User
from messenger.selectors.identity import hash_of
from messenger.services import erasing_messages, erasing_rows, outbox
from messenger.services.credentials import check_own_password
from messenger.services.outbox import Carrier, Failure, Work
from messenger.services.profiles import deactivate
from messenger.services.sign_ins import Caller
from messenger.slots import Leaver, PersonalStore

ERASURE_TOPIC = "erasure"
CONFIRMATION = "erase"
BEGINS_AFTER = timedelta(seconds=10)

_LINES, *_WORDS = erasing_messages.STORES
# nothing of these is in reach here: what they are is said on every receipt
OUTSIDE = {
    "counters of limits": "Numbers without names in Valkey; they vanish within 24 hours.",
    "backups": "The operator's; they end by the operator's schedule.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreState:
    """One line of a receipt: what was erased, and what is left there now."""

    store: str
    count: int
    state: str
    remaining: int
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What became of an account; the stores are looked at anew each time that it is shown."""

    erasure: Erasure
    checked_at: datetime
    stores: list[StoreState]


def request_erasure(*, user: User, password: str, confirmation: str, caller: Caller) -> str:
    """Erase one's own account for good; gives the code of the receipt, which is shown here only.

    From now on nobody can sign in to it, and its sockets close; the rest is done by a task.

    :raises ValidationFailed: `confirmation` is not the word `erase`.
    :raises InvalidCredentials: the password is wrong.
    :raises RateLimited: too many tries have failed.
    """
    if confirmation != CONFIRMATION:
        raise ValidationFailed.at("confirm", f"The word {CONFIRMATION} is expected: there is no way back.")
    check_own_password(user=user, password=password, caller=caller)
    code = secrets.token_urlsafe(18)
    with transaction.atomic():
        deactivate(user=user)
        erasure = Erasure.objects.create(user=user, code_hash=hash_of(code), messages=settings.MESSENGER_ERASE_MESSAGES)
        # later than what is under way: requests, closing sockets, and the presence that they leave behind
        due_at = timezone.now() + BEGINS_AFTER
        outbox.add(topic=ERASURE_TOPIC, payloads=[{"erasureId": erasure.pk}], due_at=due_at)
    return code


def receipt_of(*, code: str) -> Receipt:
    """The receipt that a code opens, with what is left in each store now.

    :raises NotFound: there is none with this code.
    """
    erasure = Erasure.objects.select_related("user").filter(code_hash=hash_of(code)).first()
    if erasure is None:
        raise NotFound
    leaver = _leaver_of(erasure)
    lines = [_state_of(erasure, leaver, store) for store in every_store()]
    lines += [StoreState(store=name, count=0, state="outside", remaining=0, note=why) for name, why in OUTSIDE.items()]
    return Receipt(erasure=erasure, checked_at=timezone.now(), stores=lines)


def erase(works: Sequence[Work]) -> Mapping[int, Failure]:
    """Carry out erasures; one that leaves something behind is tried again."""
    failures: dict[int, Failure] = {}
    for work in works:
        erasure = Erasure.objects.select_related("user").get(pk=work.payload["erasureId"])
        left = _erase_all(erasure)
        if left:
            failures[work.id] = Failure(f"Something is left in {', '.join(left)}.")
    return failures


def every_store() -> list[PersonalStore]:
    """Every store, in the order in which they are erased."""
    return [_LINES, *erasing_rows.BEFORE_THE_ACCOUNT, *erasing_rows.STORES, *_WORDS, *slots.personal_stores()]


def _erase_all(erasure: Erasure) -> list[str]:
    """Go through the stores, noting each count as it is known; gives the names of those that are not empty."""
    leaver = _leaver_of(erasure)
    for store in every_store():
        count = store.erase(leaver)
        counts: dict[str, Any] = erasure.stores
        counts[store.name] = counts.get(store.name, 0) + count
        erasure.save(update_fields=["stores"])
    left = [store.name for store in every_store() if not store.kept(leaver) and store.remaining(leaver)]
    if not left and erasure.state != Erasure.State.DONE:
        erasure.state, erasure.finished_at = Erasure.State.DONE, timezone.now()
        erasure.save(update_fields=["state", "finished_at"])
    return left


def _leaver_of(erasure: Erasure) -> Leaver:
    return Leaver(user=erasure.user, deletes_messages=erasure.messages == "delete")


def _state_of(erasure: Erasure, leaver: Leaver, store: PersonalStore) -> StoreState:
    remaining, why = store.remaining(leaver), store.kept(leaver)
    if store.name not in erasure.stores:
        state = "waiting"
    elif remaining:
        state = "kept" if why else "waiting"
    else:
        state = "erased"
    note = why if state == "kept" else ""
    count = erasure.stores.get(store.name, 0)
    return StoreState(store=store.name, count=count, state=state, remaining=remaining, note=note)


CARRIER = Carrier(
    topic=ERASURE_TOPIC,
    carry=erase,
    batch_size=1,
    max_leased=2,
    lease_s=3600,
    max_attempts=100,
    first_delay_s=30.0,
    longest_delay_s=3600.0,
)
