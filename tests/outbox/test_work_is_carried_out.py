from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from messenger import tasks
from messenger.models import OutboxEntry
from messenger.services import outbox
from messenger.services.outbox import Failure
from tests.outbox.conftest import Courier


def _errands(*numbers: int) -> None:
    outbox.add(topic="errand", payloads=[{"n": number} for number in numbers])


def test_work_is_handed_over_in_batches_oldest_first(courier: Courier) -> None:
    _errands(1, 2, 3, 4, 5)

    assert outbox.topics_due() == ["errand"]
    assert outbox.work_off(topic="errand") == 5

    assert courier.batches == [[1, 2, 3], [4, 5]]
    assert set(OutboxEntry.objects.values_list("state", "attempts")) == {("done", 1)}
    assert outbox.topics_due() == []


def test_work_of_a_change_that_is_undone_never_was(courier: Courier) -> None:
    @transaction.atomic
    def change_and_fail() -> None:
        _errands(1)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        change_and_fail()

    assert outbox.work_off(topic="errand") == 0


def test_work_waits_until_it_is_due(courier: Courier) -> None:
    tomorrow = timezone.now() + timedelta(days=1)
    outbox.add(topic="errand", payloads=[{"n": 1}], due_at=tomorrow)

    assert (outbox.work_off(topic="errand"), outbox.work_off(topic="errand", now=tomorrow)) == (0, 1)


def test_what_fails_is_tried_again_ever_later_and_in_the_end_is_a_dead_letter(courier: Courier) -> None:
    courier.decide = lambda work: Failure(f"No luck {work.attempt}")
    _errands(1)
    now = timezone.now()
    entry = OutboxEntry.objects.get()
    waits = []

    for _ in range(3):
        assert outbox.work_off(topic="errand", now=now) == 1
        entry.refresh_from_db()
        waits.append((entry.due_at - now).total_seconds())
        now = entry.due_at

    assert (4.5 <= waits[0] <= 5.5, 9 <= waits[1] <= 11) == (True, True)
    assert (entry.state, entry.attempts, entry.last_error) == ("dead", 3, "No luck 3")
    assert outbox.work_off(topic="errand", now=now + timedelta(days=1)) == 0


def test_a_final_failure_is_not_tried_again(courier: Courier) -> None:
    courier.decide = lambda work: Failure("Never", is_final=True) if work.payload["n"] == 2 else None
    _errands(1, 2, 3)

    outbox.work_off(topic="errand")

    states = dict(OutboxEntry.objects.values_list("payload__n", "state"))
    assert states == {1: "done", 2: "dead", 3: "done"}


def test_a_dead_letter_lives_again_when_somebody_says_so(courier: Courier) -> None:
    courier.decide = lambda _: Failure("Never", is_final=True)
    _errands(1, 2)
    outbox.work_off(topic="errand")
    courier.decide = lambda _: None
    dead = OutboxEntry.objects.get(payload__n=1)

    assert outbox.try_again(entry_ids=[dead.pk]) == 1
    assert outbox.work_off(topic="errand") == 1

    assert dict(OutboxEntry.objects.values_list("payload__n", "state")) == {1: "done", 2: "dead"}


def test_whoever_dies_with_leased_work_gives_it_up(courier: Courier) -> None:
    _errands(1)
    OutboxEntry.objects.update(attempts=1, leased_until=timezone.now() + timedelta(seconds=60))

    too_early = outbox.work_off(topic="errand")
    later = outbox.work_off(topic="errand", now=timezone.now() + timedelta(seconds=61))

    assert (too_early, later, OutboxEntry.objects.get().attempts) == (0, 1, 2)


def test_work_that_kills_every_worker_ends_as_a_dead_letter(courier: Courier) -> None:
    _errands(1)
    OutboxEntry.objects.update(attempts=3, leased_until=timezone.now() - timedelta(hours=1))

    assert outbox.work_off(topic="errand") == 0

    entry = OutboxEntry.objects.get()
    assert (entry.state, entry.last_error) == ("dead", "Whoever claimed it never answered.")
    assert courier.batches == []


def test_a_late_answer_does_not_count_against_who_has_the_work_now(courier: Courier) -> None:
    taken_over = timezone.now() + timedelta(hours=1)

    def lose_the_lease(_: object) -> Failure:
        OutboxEntry.objects.update(leased_until=taken_over)
        return Failure("Too late", is_final=True)

    courier.decide = lose_the_lease
    _errands(1)

    outbox.work_off(topic="errand")

    entry = OutboxEntry.objects.get()
    assert (entry.state, entry.last_error, entry.leased_until) == ("waiting", "", taken_over)


def test_a_carrier_that_breaks_loses_nothing(courier: Courier) -> None:
    def break_down(_: object) -> None:
        raise ValueError("a bug")

    courier.decide = break_down
    _errands(1, 2)

    with pytest.raises(ValueError, match="a bug"):
        outbox.work_off(topic="errand")

    waiting = OutboxEntry.objects.filter(state="waiting", leased_until__isnull=True)
    assert list(waiting.values_list("attempts", "last_error")) == [(1, "ValueError('a bug')")] * 2


def test_no_more_is_leased_at_once_than_a_carrier_may_hold(courier: Courier) -> None:
    _errands(*range(10))
    held = OutboxEntry.objects.order_by("pk").values_list("pk", flat=True)[:5]
    OutboxEntry.objects.filter(pk__in=list(held)).update(leased_until=timezone.now() + timedelta(seconds=60))

    outbox.work_off(topic="errand")

    assert courier.batches[0] == [5]


def test_what_was_done_long_ago_is_forgotten_and_dead_letters_stay(courier: Courier) -> None:
    _errands(1, 2, 3)
    long_ago = timezone.now() - timedelta(days=8)
    OutboxEntry.objects.filter(payload__n=1).update(state="done", done_at=long_ago)
    OutboxEntry.objects.filter(payload__n=2).update(state="dead", created_at=long_ago)

    assert tasks.forget_outbox() == 1

    assert sorted(OutboxEntry.objects.values_list("payload__n", flat=True)) == [2, 3]


def test_a_topic_without_a_carrier_waits(courier: Courier) -> None:
    outbox.add(topic="from a newer version", payloads=[{"n": 1}])

    tasks.work_outbox()

    assert (outbox.topics_due(), OutboxEntry.objects.get().attempts) == ([], 0)
