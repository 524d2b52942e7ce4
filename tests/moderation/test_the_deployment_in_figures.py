import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from messenger import measures as measuring
from messenger.measure_stores import LocalStore, Report, Stores
from messenger.measures import Measures, percentile
from messenger.models import User
from notifications.models import Delivery, Notification
from tests.live import direct, token_of
from tests.moderation.admin_routes import A
from tests.native import NativeClient
from tests.rest import Rest
from tests.servers import Server
from tests.talks import M, open_group, say
from tests.threads import in_a_thread

Json = dict[str, Any]
KEYS = {
    "messages": {"total", "lastHour", "lastDay", "perMinute"},
    "conversations": {"total", "active", "byType"},
    "users": {"online", "away", "connected"},
    "delivery": {"p50Ms", "p99Ms"},
    "sockets": {"connections", "byTransport", "events", "errors", "rateLimited"},
    "requests": {"total", "perMinute"},
    "notifications": {"queued", "sent", "failed", "retried", "dead"},
    "attachments": None,
    "reports": {"open"},
    "legacy": {"v1", "v2", "v3", "pages", "widget"},
}


def _metrics(client: Rest) -> Json:
    status, answer = client.get(f"{A}/metrics")
    assert status == 200, answer
    metrics: Json = answer["metrics"]
    return metrics


def test_it_has_exactly_the_contracts_keys(as_adam: Rest) -> None:
    answer = as_adam.get(f"{A}/metrics")[1]

    metrics = answer["metrics"]
    assert set(answer) == {"success", "metrics", "collectedAt"}
    assert {name: set(part) if isinstance(part, dict) else None for name, part in metrics.items()} == KEYS
    assert set(metrics["sockets"]["byTransport"]) == {"native", "websocket", "polling", "rest"}
    assert {name: set(part) for name, part in metrics["legacy"].items()} == {
        name: {"calls24h", "clients"} for name in KEYS["legacy"] or ()
    }
    assert len(metrics["messages"]["perMinute"]) == len(metrics["requests"]["perMinute"]) == 60


def test_it_counts_what_is_stored(
    as_adam: Rest, as_alice: Rest, as_bob: Rest, bob: User, carol: User, talk: str
) -> None:
    group = open_group(as_alice, bob, carol)
    as_alice.patch(f"{M}/conversations/{group}", {"status": "closed"})
    message, *_ = [say(as_bob, talk, f"Line {number}") for number in range(3)]
    as_alice.post(f"{M}/messages/{message['id']}/report", {"reason": "spam"})

    metrics = _metrics(as_adam)

    assert metrics["messages"]["total"] == 3
    assert (metrics["conversations"]["total"], metrics["conversations"]["active"]) == (2, 1)
    assert {kind: count for kind, count in metrics["conversations"]["byType"].items() if count} == {
        "direct": 1,
        "group": 1,
    }
    assert metrics["reports"] == {"open": 1}


def test_it_counts_what_happens_now(transactional_db: None, as_adam: Rest, as_bob: Rest, talk: str) -> None:
    before = _metrics(as_adam)

    for number in range(4):
        say(as_bob, talk, f"Line {number}")

    after = _metrics(as_adam)
    assert [after["messages"][key] - before["messages"][key] for key in ("lastHour", "lastDay")] == [4, 4]
    assert sum(after["messages"]["perMinute"][-2:]) - sum(before["messages"]["perMinute"][-2:]) in (4, 3, 2, 1)
    assert after["requests"]["total"] - before["requests"]["total"] == 5


def test_it_counts_deliveries_of_notifications(as_adam: Rest, alice: User) -> None:
    notice = Notification.objects.create(user=alice, type="system", title="Hello")
    Delivery.objects.create(notification=notice, channel="email", state="waiting", attempts=2, last_error="Busy")
    Delivery.objects.create(notification=notice, channel="push", state="dead", attempts=5, last_error="Gone")
    Delivery.objects.create(notification=notice, channel="in_app", state="sent", attempts=1)

    assert _metrics(as_adam)["notifications"] == {"queued": 1, "sent": 1, "failed": 1, "retried": 2, "dead": 1}


async def test_it_is_the_whole_deployments(
    live: Server, second: Server, transactional_db: None, adam: User, alice: User, bob: User
) -> None:
    talk, admin = direct(alice, bob), Rest(csrf=False, token=token_of(adam))
    read: Callable[[], Json] = lambda: in_a_thread(lambda: _metrics(admin))  # noqa: E731
    before = await _once_all_have_shared(read)
    async with (
        NativeClient(live.socket_url, token=token_of(alice)) as alices,
        NativeClient(live.socket_url, token=token_of(alice)) as phone,
        NativeClient(second.socket_url, token=token_of(bob)) as bobs,
    ):
        await asyncio.gather(*(client.next("hello") for client in (alices, phone, bobs)))
        for number in range(5):
            await alices.call("send", {"conversationId": talk, "content": f"{number}", "clientNonce": f"{number}"})
        await bobs.post("send", {"conversationId": talk, "content": ""})
        shown = await _until(
            read,
            lambda now: (
                now["messages"]["lastHour"] - before["messages"]["lastHour"] == 5
                and now["sockets"]["events"] - before["sockets"]["events"] >= 6
                and now["users"]["connected"] == 2
            ),
        )

    assert (shown["sockets"]["connections"], shown["users"]["connected"]) == (3, 2)
    assert shown["sockets"]["byTransport"]["native"] == 3
    assert shown["sockets"]["events"] - before["sockets"]["events"] == 6
    assert shown["sockets"]["errors"] - before["sockets"]["errors"] == 1
    assert 0 < shown["delivery"]["p50Ms"] <= shown["delivery"]["p99Ms"] < 60_000
    gone = await _until(read, lambda now: now["sockets"]["connections"] == 0)
    assert gone["users"]["connected"] == 0


async def _once_all_have_shared(read: Callable[[], Json]) -> Json:
    """What `read` gives once servers have shared what they counted in earlier tests."""
    while True:
        before = await asyncio.to_thread(read)
        await asyncio.sleep(measuring.SHARE_EVERY_S + 1)
        after = await asyncio.to_thread(read)
        if after["sockets"] == before["sockets"] and after["messages"] == before["messages"]:
            return after


async def _until(read: Callable[[], Json], is_so: Callable[[Json], bool]) -> Json:
    """What `read` gives once it is so: processes share their counts every 3 seconds."""
    until = time.monotonic() + 40
    while True:
        found = await asyncio.to_thread(read)
        if is_so(found) and (found["sockets"]["connections"] in (0, 3)):
            return found
        assert time.monotonic() < until, (found["messages"]["lastHour"], found["sockets"], found["users"])
        await asyncio.sleep(0.5)


def test_prometheus_reads_the_same(client: Client, as_bob: Rest, talk: str) -> None:
    say(as_bob, talk)

    text = client.get("/metrics").content.decode()

    assert "\nmessenger_messages 1.0\n" in text
    assert '\nmessenger_conversations{type="direct"} 1.0\n' in text
    assert '\nmessenger_delivery_seconds{quantile="0.99"} ' in text
    assert "\nmessenger_requests_total " in text


@pytest.mark.parametrize(
    ("buckets", "share", "milliseconds"),
    [([], 0.5, 0.0), ([4], 0.5, 0.5), ([0, 0, 10], 1.0, 1.6), ([0, 0, 10], 0.5, 1.4), ([50, 0, 0, 50], 0.99, 1.9)],
)
def test_percentiles_come_from_buckets(buckets: list[int], share: float, milliseconds: float) -> None:
    assert percentile([*buckets, *[0] * (50 - len(buckets))], share) == milliseconds


def test_in_memory_mode_one_process_knows_it_all(settings: object) -> None:
    settings.REDIS_URL = "memory"  # type: ignore[attr-defined]
    alone = Measures()
    alone.has_clock = True
    for _ in range(3):
        alone.count("messages")
    alone.note_rest_client(7, 1)
    alone.note_connections({"native": 2}, {7})

    figures = alone.figures()

    assert (figures.messages_by_minute[-1] + figures.messages_by_minute[-2], figures.messages_last_day) == (3, 3)
    assert (figures.connections, figures.people_connected, figures.rest_clients) == ({"native": 2}, 1, 1)


def test_what_valkey_did_not_take_goes_with_the_next_time(settings: object) -> None:
    address = settings.REDIS_URL  # type: ignore[attr-defined]
    alone = Measures()
    name = f"test_{time.time_ns()}"
    settings.REDIS_URL = "unix:///nowhere/valkey.sock"  # type: ignore[attr-defined]
    alone.count(name, 2)
    alone.share()
    settings.REDIS_URL = address  # type: ignore[attr-defined]
    alone.count(name)

    alone.share()

    assert alone._stores.read().totals[name] == 3


def test_old_minutes_are_forgotten() -> None:
    store, now = LocalStore(), 10_000_000.0
    minute = int(now) // 60
    counts = {(minute - 60 * 24, "messages"): 5, (minute - 70, "messages"): 2, (minute, "messages"): 1}

    store.add(Report(process_id="a", counts=counts, connections={}, people=(), rest={"1:1": now - 100}), now)

    reading = store.read(now)
    assert (reading.messages_last_day, sum(m.get("messages", 0) for m in reading.minutes), reading.rest) == (3, 1, 0)
    assert measuring.SHARE_EVERY_S < 12
    assert isinstance(Stores(), Stores)
