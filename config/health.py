"""What a load balancer and a monitoring system ask: is the process up, is it ready, how is it."""

import secrets
import threading
from ipaddress import ip_address
from queue import Empty, SimpleQueue

import redis
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from config.prometheus import deployment_exposition, process_exposition

_PATIENCE_S = 3.0
_asking = threading.Lock()


def healthz(_request: HttpRequest) -> HttpResponse:
    """Say that this process answers at all."""
    return JsonResponse({"status": "ok"})


def readyz(_request: HttpRequest) -> HttpResponse:
    """Say which of the parts that this process needs are there; 503 where one is not."""
    in_memory = settings.REDIS_URL == "memory"
    parts = {"database": _database_answers()}
    bus = True if in_memory else _valkey_answers()
    parts |= {"channelLayer": bus, "broker": bus}
    body = {
        "status": "ok" if all(parts.values()) else "unavailable",
        "parts": {name: "ok" if is_well else "unavailable" for name, is_well in parts.items()},
        "mode": "memory: one process serves everything" if in_memory else "distributed",
    }
    if all(parts.values()):
        return JsonResponse(body)
    return JsonResponse(body, status=503, headers={"Retry-After": "5"})


def metrics(request: HttpRequest) -> HttpResponse:
    """Tell Prometheus; on this machine, or to whoever has the token."""
    if not _may_measure(request):
        return JsonResponse({"status": "forbidden"}, status=403)
    text = generate_latest() + process_exposition() + deployment_exposition()
    return HttpResponse(text, content_type=CONTENT_TYPE_LATEST)


def _may_measure(request: HttpRequest) -> bool:
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    expected = settings.MESSENGER_METRICS_TOKEN
    if expected and secrets.compare_digest(token.encode(), expected.encode()):
        return True
    # a proxy on this machine comes from loopback too, and says for whom
    return "X-Forwarded-For" not in request.headers and _is_loopback(request.META.get("REMOTE_ADDR", ""))


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def _database_answers() -> bool:
    """Ask in a thread of its own: a database that hangs shall keep neither who asks nor a process that is to end."""
    if not _asking.acquire(timeout=_PATIENCE_S):
        return False  # somebody's question still hangs
    said: SimpleQueue[bool] = SimpleQueue()
    threading.Thread(target=_ask_database, args=(said,), name="readyz", daemon=True).start()
    try:
        return said.get(timeout=_PATIENCE_S)
    except Empty:
        return False


def _ask_database(said: SimpleQueue[bool]) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        said.put(False)
    else:
        said.put(True)
    finally:
        connection.close()
        _asking.release()


def _valkey_answers() -> bool:
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False
