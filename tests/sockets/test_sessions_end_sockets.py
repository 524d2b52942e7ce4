import asyncio
import time
from collections.abc import Callable
from http.cookies import SimpleCookie

import pytest
from django.test import Client

from messenger.models import Message, SignIn, User
from messenger.services.passwords import change_password
from messenger.services.profiles import ProfileChanges, change_profile
from messenger.services.sessions import SessionStore
from messenger.services.sign_ins import NOWHERE, end_sign_in, end_sign_ins
from messenger.services.signing_in import sign_out
from messenger.services.token_pairs import revoke_tokens
from tests.live import PASSWORD, greeted, tokens_of
from tests.native import NativeClient, Refused
from tests.servers import Server
from tests.threads import in_a_thread

WITHIN_S = 2.0


@pytest.fixture
def opened(server: Server, bob: User) -> tuple[NativeClient, SignIn, str]:
    """Bob's connection, its sign-in and the refresh token of it."""
    pair = tokens_of(bob)
    sign_in = in_a_thread(lambda: SignIn.objects.get(user=bob))
    return NativeClient(server.socket_url, token=pair.access), sign_in, pair.refresh


def _deactivate(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)
    end_sign_ins(user=user, reason="deactivated")


ENDINGS: dict[str, tuple[str, Callable[[User, SignIn, str], object]]] = {
    "signed out": (
        "signed_out",
        lambda user, sign_in, _: end_sign_in(user=user, sign_in_id=sign_in.pk, reason="signed_out"),
    ),
    "ended elsewhere": ("ended_elsewhere", lambda user, sign_in, _: end_sign_in(user=user, sign_in_id=sign_in.pk)),
    "refresh token revoked": ("revoked", lambda _user, _sign_in, refresh: revoke_tokens(refresh=refresh)),
    "password changed elsewhere": (
        "password_changed",
        lambda user, _sign_in, _: change_password(
            user=user, current=PASSWORD, new="another good password", sign_in_id=None, caller=NOWHERE
        ),
    ),
    "deactivated": ("deactivated", lambda user, _sign_in, _: _deactivate(user)),
}  # fmt: skip


@pytest.mark.parametrize("how", ENDINGS)
async def test_an_ended_session_closes_its_socket_in_time(
    opened: tuple[NativeClient, SignIn, str], bob: User, how: str
) -> None:
    client, sign_in, refresh = opened
    reason, end = ENDINGS[how]

    async with greeted(client):
        begun = time.monotonic()
        await asyncio.to_thread(in_a_thread, lambda: end(bob, sign_in, refresh))
        told = await client.next("session-ended", within=WITHIN_S)
        code = await client.closed(within=WITHIN_S)

    assert (told, code) == ({"reason": reason}, 4001)
    assert time.monotonic() - begun < WITHIN_S


async def test_a_new_password_leaves_the_socket_that_set_it_open(
    opened: tuple[NativeClient, SignIn, str], server: Server, bob: User
) -> None:
    other = NativeClient(server.socket_url, token=tokens_of(bob).access)

    async with greeted(opened[0], other):
        await asyncio.to_thread(
            in_a_thread,
            lambda: change_password(
                user=bob, current=PASSWORD, new="another good password", sign_in_id=opened[1].pk, caller=NOWHERE
            ),
        )
        code = await other.closed(within=WITHIN_S)
        answer = await opened[0].call("sync")

    assert code == 4001
    assert answer["success"] is True


async def test_signing_out_of_a_browser_closes_its_socket(server: Server, bob: User) -> None:
    key = in_a_thread(lambda: _session_of(bob))
    client = NativeClient(server.socket_url, headers={"Cookie": f"sessionid={key}"})

    async with greeted(client):
        in_a_thread(lambda: sign_out(session=SessionStore(key)))
        code = await client.closed(within=WITHIN_S)

    assert code == 4001


async def test_an_ended_session_opens_nothing(opened: tuple[NativeClient, SignIn, str], bob: User) -> None:
    in_a_thread(lambda: end_sign_in(user=bob, sign_in_id=opened[1].pk))

    async with opened[0] as client:
        code = await client.closed()

    assert code == 4001


async def test_other_sessions_and_people_stay_connected(
    opened: tuple[NativeClient, SignIn, str], server: Server, alice: User, bob: User
) -> None:
    alices = NativeClient(server.socket_url, token=tokens_of(alice).access)
    bobs_phone = NativeClient(server.socket_url, token=tokens_of(bob).access)

    async with greeted(opened[0], alices, bobs_phone):
        in_a_thread(lambda: end_sign_in(user=bob, sign_in_id=opened[1].pk))
        await opened[0].closed(within=WITHIN_S)
        answers = [await client.call("sync") for client in (alices, bobs_phone)]

    assert [answer["success"] for answer in answers] == [True, True]


async def test_what_changes_nothing_about_signing_in_closes_nothing(
    opened: tuple[NativeClient, SignIn, str], bob: User
) -> None:
    async with greeted(opened[0]):
        in_a_thread(lambda: change_profile(user=bob, changes=ProfileChanges(display_name="Robert")))
        answer = await opened[0].call("sync")

    assert answer["success"] is True


async def test_a_suspended_person_can_send_nothing(
    opened: tuple[NativeClient, SignIn, str], bob: User, conversation_id: str
) -> None:
    async with greeted(opened[0]):
        in_a_thread(lambda: User.objects.filter(pk=bob.pk).update(suspended_until="2999-01-01T00:00:00Z"))
        with pytest.raises(Refused) as refused:
            await opened[0].call("send", {"conversationId": conversation_id, "content": "Hello"})

    assert refused.value.code == "suspended"
    assert not in_a_thread(Message.objects.exists)


def _session_of(user: User) -> str:
    browser = Client()
    browser.force_login(user)
    return SimpleCookie(browser.cookies.output(header=""))["sessionid"].value
