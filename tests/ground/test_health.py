from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client


def test_healthz_answers_whatever_the_host_name(client: Client) -> None:
    response = client.get("/healthz", headers={"host": "10.0.0.7"})

    assert (response.status_code, response.json()) == (200, {"status": "ok"})


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_each_answer_names_its_request(client: Client, db: None, path: str) -> None:
    named = client.get(path, headers={"x-request-id": "from-the-proxy"})
    unnamed = client.get(path)

    assert named.headers["X-Request-Id"] == "from-the-proxy"
    assert len(unnamed.headers["X-Request-Id"]) == 32


def test_readyz_names_every_part(client: Client, db: None) -> None:
    response = client.get("/readyz/")

    assert response.status_code == 200
    assert response.json()["parts"] == {"database": "ok", "channelLayer": "ok", "broker": "ok"}


def test_readyz_says_which_part_is_away(client: Client, db: None, settings: LazySettings) -> None:
    settings.REDIS_URL = "unix:///nowhere/valkey.sock"

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["parts"] == {"database": "ok", "channelLayer": "unavailable", "broker": "unavailable"}
    assert response.headers["Retry-After"] == "5"


def test_metrics_are_told_on_this_machine(client: Client, db: None) -> None:
    response = client.get("/metrics")

    assert response.status_code == 200
    assert b"python_info" in response.content


def test_metrics_tell_what_this_process_holds(client: Client, db: None) -> None:
    text = client.get("/metrics").content.decode()

    for held in ("tasks", "connections", "sessions"):
        assert f"\n# TYPE messenger_process_{held} gauge\nmessenger_process_{held} " in text


@pytest.mark.parametrize(
    "caller", [{"REMOTE_ADDR": "192.0.2.7"}, {"HTTP_X_FORWARDED_FOR": "192.0.2.7"}, {"REMOTE_ADDR": ""}]
)
def test_metrics_are_kept_from_others(db: None, settings: LazySettings, caller: dict[str, Any]) -> None:
    settings.MESSENGER_METRICS_TOKEN = "a-token-for-prometheus"
    client = Client(raise_request_exception=True, **caller)

    refused = client.get("/metrics")
    wrong = client.get("/metrics", headers={"authorization": "Bearer another"})
    allowed = client.get("/metrics", headers={"authorization": "Bearer a-token-for-prometheus"})

    assert (refused.status_code, wrong.status_code, allowed.status_code) == (403, 403, 200)
    assert b"python_info" not in refused.content + wrong.content


def test_an_empty_metrics_token_opens_nothing(client: Client) -> None:
    response = client.get("/metrics", REMOTE_ADDR="192.0.2.7", HTTP_AUTHORIZATION="Bearer ")

    assert response.status_code == 403
