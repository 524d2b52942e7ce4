from datetime import timedelta

import pytest
from django.utils import timezone
from freezegun import freeze_time

from messenger.models import User
from tests.live import token_of
from tests.servers import Server
from tests.socketio.node import play


@pytest.mark.parametrize("transports", [["polling"], ["websocket"]])
async def test_a_wrong_token_is_refused_for_good(server: Server, transports: list[str]) -> None:
    found = await play("isRefused", url=server.base_url, token="wrong", options={"transports": transports})

    assert (found["message"], found["data"]["code"]) == ("unauthorized", "invalid_token")
    assert (found["isActive"], found["isConnected"]) == (False, False)


async def test_an_expired_token_is_refused(server: Server, alice: User) -> None:
    with freeze_time(timezone.now() - timedelta(days=1)):
        token = token_of(alice)

    found = await play("isRefused", url=server.base_url, token=token)

    assert (found["message"], found["data"]["code"]) == ("unauthorized", "invalid_token")


async def test_proof_may_come_as_an_event(server: Server, alice: User) -> None:
    found = await play("provesLater", url=server.base_url, token=token_of(alice))

    assert found["before"]["error"] == {"code": "unauthenticated", "message": "Not authenticated"}
    assert found["wrong"]["error"]["code"] == "invalid_token"
    assert found["answer"] == {"ok": True, "data": {"userId": str(alice.pk)}}
    assert found["success"] == {"userId": str(alice.pk)}
    assert found["hello"]["userId"] == str(alice.pk)


async def test_without_proof_it_is_sent_off_after_ten_seconds(live: Server, transactional_db: None) -> None:
    found = await play("neverProves", url=live.base_url)

    assert found["error"]["code"] == "auth_timeout"
    assert (found["reason"], found["isActive"]) == ("io server disconnect", False)


@pytest.mark.parametrize("transports", [["polling"], ["websocket"]])
async def test_signing_out_ends_it_for_good(server: Server, alice: User, transports: list[str]) -> None:
    options = {"transports": transports}

    found = await play("isSignedOut", url=server.base_url, token=token_of(alice), options=options)

    assert found["status"] == 200
    assert found["told"] == {"reason": "signed_out"}
    assert found["reason"] == "io server disconnect"
    assert (found["isConnected"], found["isActive"]) == (False, False)
