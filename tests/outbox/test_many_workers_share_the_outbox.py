import threading
import time
from collections.abc import Callable, Iterator

import pytest
from django.db import connection, transaction

from config.celery import app
from config.jobs import JobThread
from messenger.models import OutboxEntry
from messenger.services import outbox
from messenger.services.outbox import Failure, Work
from messenger.tasks import carry_out
from tests.outbox.conftest import Courier

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def no_worker() -> Iterator[None]:
    """Settings as `REDIS_URL=memory` gives them."""
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False


def _at_once(count: int, work: Callable[[], None]) -> None:
    def with_own_connection() -> None:
        try:
            work()
        finally:
            connection.close()

    threads = [threading.Thread(target=with_own_connection) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_no_entry_is_carried_out_by_two(transactional_db: None, courier: Courier) -> None:
    def dawdle(_: Work) -> Failure | None:
        time.sleep(0.002)
        return None

    courier.decide = dawdle
    outbox.add(topic="errand", payloads=[{"n": number} for number in range(40)])

    def work() -> None:
        while OutboxEntry.objects.filter(state="waiting").exists():
            outbox.work_off(topic="errand")

    _at_once(4, work)

    assert courier.carried == list(range(40))
    assert set(OutboxEntry.objects.values_list("state", "attempts")) == {("done", 1)}


def test_entries_that_commit_out_of_order_are_all_carried_out(transactional_db: None, courier: Courier) -> None:
    written, committed = threading.Event(), threading.Event()

    def write_first_and_commit_last() -> None:
        with transaction.atomic():
            outbox.add(topic="errand", payloads=[{"n": 1}])
            written.set()
            committed.wait(10)
        connection.close()

    slow = threading.Thread(target=write_first_and_commit_last)
    slow.start()
    written.wait(10)
    outbox.add(topic="errand", payloads=[{"n": 2}])
    outbox.work_off(topic="errand")
    committed.set()
    slow.join()
    outbox.work_off(topic="errand")

    assert courier.batches == [[2], [1]]


def test_one_process_with_memory_alone_works_it_in_a_thread(
    transactional_db: None, courier: Courier, no_worker: None
) -> None:
    outbox.add(topic="errand", payloads=[{"n": 1}])
    jobs = JobThread()

    jobs.start()
    deadline = time.monotonic() + 10
    while not courier.batches and time.monotonic() < deadline:
        time.sleep(0.05)
    jobs.stop()

    assert courier.batches == [[1]]


def test_tasks_are_ours_in_every_thread() -> None:
    apps: list[str] = []

    thread = threading.Thread(target=lambda: apps.append(carry_out.app.main))
    thread.start()
    thread.join()

    assert apps == [app.main]
