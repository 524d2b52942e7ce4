from pathlib import Path

import pytest
from django.conf import LazySettings

from messenger.models import User
from tests.live import greeted, token_of
from tests.native import NativeClient, Refused
from tests.rest import Rest
from tests.servers import running_server
from tests.talks import CONVERSATIONS, M, client_of, open_direct, say

READS = (
    f"{CONVERSATIONS}",
    f"{CONVERSATIONS}/{{c}}",
    f"{CONVERSATIONS}/{{c}}/messages",
    f"{CONVERSATIONS}/{{c}}/messages/{{m}}/history",
    f"{M}/messages/{{m}}/history",
    f"{CONVERSATIONS}/{{c}}/participants",
    f"{CONVERSATIONS}/{{c}}/receipts",
    f"{CONVERSATIONS}/{{c}}/export",
    f"{M}/contacts",
)
TWO = [(2, 60)]


@pytest.fixture
def client(alice: User) -> Rest:
    return client_of(alice)


@pytest.mark.parametrize("path", READS)
def test_each_kind_of_read_counts(client: Rest, bob: User, settings: LazySettings, path: str) -> None:
    conversation_id = open_direct(client, bob)
    path = path.format(c=conversation_id, m=say(client, conversation_id)["id"])
    settings.MESSENGER_RATE_LIMIT_FREE_READS = TWO

    answers = [client.get(path) for _ in range(3)]

    assert [status for status, _ in answers] == [200, 200, 429]
    assert answers[2][1]["code"] == "rate_limited"
    assert (answers[2][1]["details"]["limit"], answers[2][1]["details"]["remaining"]) == (2, 0)
    assert 1 <= int(client.last.headers["Retry-After"]) <= 60


def test_so_does_a_sync(client: Rest, settings: LazySettings) -> None:
    settings.MESSENGER_RATE_LIMIT_FREE_READS = TWO

    assert [client.post(f"{M}/sync", {"conversations": {}})[0] for _ in range(3)] == [200, 200, 429]


def test_all_of_them_share_one_number_and_a_higher_tier_has_its_own(
    client: Rest, alice: User, settings: LazySettings
) -> None:
    settings.MESSENGER_RATE_LIMIT_FREE_READS, settings.MESSENGER_RATE_LIMIT_PRO_READS = TWO, [(3, 60)]

    first = [client.get(CONVERSATIONS)[0], client.get(f"{M}/contacts")[0], client.get(CONVERSATIONS)[0]]
    User.objects.filter(pk=alice.pk).update(subscription_tier="pro")
    as_pro = [client.get(CONVERSATIONS)[0] for _ in range(2)]

    assert (first, as_pro) == ([200, 200, 429], [200, 429])


def test_a_foreign_conversation_uses_them_up_as_an_absent_one_does(client: Rest, settings: LazySettings) -> None:
    settings.MESSENGER_RATE_LIMIT_FREE_READS = TWO

    assert [client.get(f"{CONVERSATIONS}/987654321")[0] for _ in range(3)] == [404, 404, 429]


def test_who_may_read_no_more_can_still_write_and_look_at_counts_and_limits(
    client: Rest, bob: User, settings: LazySettings
) -> None:
    conversation_id = open_direct(client, bob)
    settings.MESSENGER_RATE_LIMIT_FREE_READS = TWO
    reads = [client.get(CONVERSATIONS)[0] for _ in range(3)]

    assert reads == [200, 200, 429]
    assert say(client, conversation_id)["seq"] == 1
    assert [client.get(f"{M}/{path}")[0] for path in ("unread", "limits", "blocks")] == [200, 200, 200]
    assert client.post(f"{CONVERSATIONS}/{conversation_id}/read")[0] == 200


@pytest.mark.slow
async def test_a_sync_over_a_socket_counts_too(transactional_db: None, tmp_path: Path, alice: User) -> None:
    with running_server(tmp_path, MESSENGER_RATE_LIMIT_FREE_READS="2/min") as server:
        async with greeted(NativeClient(server.socket_url, token=token_of(alice))) as (socket,):
            first = [await socket.call("sync", {}) for _ in range(2)]
            with pytest.raises(Refused) as refused:
                await socket.call("sync", {})

    assert [len(answer["conversations"]) for answer in first] == [0, 0]
    assert (refused.value.code, refused.value.error["details"]["limit"]) == ("rate_limited", 2)
