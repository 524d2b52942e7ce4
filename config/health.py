"""What a load balancer and a monitoring system ask: is the process up, is it ready, how is it."""

import secrets
from collections.abc import Callable
from ipaddress import ip_address

import redis
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from config.prometheus import deployment_exposition

Check = Callable[[], bool]


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
    return HttpResponse(generate_latest() + deployment_exposition(), content_type=CONTENT_TYPE_LATEST)


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
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    finally:
        connection.close()
    return True


def _valkey_answers() -> bool:
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False
