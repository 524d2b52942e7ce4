import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher

from messenger.models import SignIn, User
from messenger.selectors.sign_ins import sign_ins_of
from messenger.services.profiles import change_role, deactivate
from messenger.services.sign_ins import end_many
from tests.conftest import PASSWORD
from tests.live import live
from tests.native import NativeClient
from tests.servers import Server
from tests.threads import in_a_thread

__all__ = ["live"]

WITHIN_S = 2.0
Open = Callable[[User], "Browser"]


class Browser:
    """Somebody's browser, signed in at the running server."""

    def __init__(self, server: Server, user: User) -> None:
        self.server = server
        self.http = httpx.Client(base_url=server.base_url, trust_env=False)
        self.http.headers["X-CSRF-Token"] = self.http.get("/api/v4/csrf-token").json()["csrfToken"]
        self.sign_in(user)

    def sign_in(self, user: User) -> None:
        assert self.post("auth/login", {"email": user.email, "password": PASSWORD}).status_code == 200
        self.http.headers["X-CSRF-Token"] = self.http.cookies["csrf"]

    def post(self, path: str, body: Any = None) -> httpx.Response:
        return self.http.post(f"/api/v4/{path}", json=body or {})

    def socket(self) -> NativeClient:
        """A socket of this browser, proved by its cookie."""
        return NativeClient(
            self.server.socket_url,
            headers={"Cookie": f"sessionid={self.http.cookies['sessionid']}", "Origin": self.server.base_url},
        )


@pytest.fixture
def alice(transactional_db: None, alice: User) -> User:
    """Alice, her password stored as the server stores it and not as tests do."""
    alice.password = Argon2PasswordHasher().encode(PASSWORD, "0123456789abcdef")
    alice.save()
    return alice


@pytest.fixture
def browser(transactional_db: None, live: Server) -> Iterator[Open]:
    """Open another browser and sign somebody in there."""
    with ExitStack() as open_ones:

        def another(user: User) -> Browser:
            opened = Browser(live, user)
            open_ones.callback(opened.http.close)
            return opened

        yield another


async def _ended(client: NativeClient) -> tuple[str, int]:
    """Why and with which code a socket is closed, within the promised time."""
    code = await client.closed(within=WITHIN_S)
    return client.taken("session-ended")[0]["reason"], code


async def test_signing_out_closes_the_sockets_of_that_session_alone(browser: Open, alice: User) -> None:
    here, there = browser(alice), browser(alice)
    async with here.socket() as mine, here.socket() as mine_too, there.socket() as others:
        await asyncio.gather(*(client.next("hello") for client in (mine, mine_too, others)))

        await asyncio.to_thread(here.post, "auth/logout")

        assert await _ended(mine) == ("signed_out", 4001)
        assert await _ended(mine_too) == ("signed_out", 4001)
        assert others.close_code is None


async def test_a_new_password_closes_all_but_the_own(browser: Open, alice: User) -> None:
    here, there = browser(alice), browser(alice)
    new = {"current": PASSWORD, "new": "a new and much longer password"}
    async with here.socket() as mine, there.socket() as others:
        await asyncio.gather(mine.next("hello"), others.next("hello"))

        assert (await asyncio.to_thread(here.post, "auth/password", new)).status_code == 200

        assert await _ended(others) == ("password_changed", 4001)
        assert mine.close_code is None


async def test_ending_a_place_from_another_closes_it_there(browser: Open, alice: User) -> None:
    there, here = browser(alice), browser(alice)
    there_id = in_a_thread(lambda: SignIn.objects.order_by("pk")[0].pk)
    async with there.socket() as theirs:
        await theirs.next("hello")

        await asyncio.to_thread(here.http.delete, f"/api/v4/auth/sessions/{there_id}")

        assert await _ended(theirs) == ("ended_elsewhere", 4001)


async def test_a_stolen_refresh_token_closes_what_the_family_opened(browser: Open, live: Server, alice: User) -> None:
    http = browser(alice).http
    first = http.post("/api/v4/auth/token", json={"email": alice.email, "password": PASSWORD}).json()
    second = http.post("/api/v4/auth/token/refresh", json={"refresh": first["refresh"]}).json()
    async with NativeClient(live.socket_url, token=second["access"]) as client:
        await client.next("hello")

        await asyncio.to_thread(http.post, "/api/v4/auth/token/refresh", json={"refresh": first["refresh"]})

        assert await _ended(client) == ("token_reused", 4001)


@pytest.mark.parametrize(
    ("reason", "deed"),
    [
        ("deactivated", lambda user: deactivate(user=user)),
        ("role_changed", lambda user: change_role(user=user, role=User.Role.SUPPLIER)),
        (
            "ended_by_admin",
            lambda user: end_many(sign_in_ids=[item.pk for item in sign_ins_of(user=user)], reason="ended_by_admin"),
        ),
    ],
)
async def test_what_another_process_ends_is_closed_here(
    browser: Open, alice: User, reason: str, deed: Callable[[User], object]
) -> None:
    async with browser(alice).socket() as client:
        await client.next("hello")

        in_a_thread(lambda: deed(alice))

        assert await _ended(client) == (reason, 4001)


async def test_who_was_signed_out_gets_no_socket(browser: Open, alice: User) -> None:
    here = browser(alice)
    in_a_thread(lambda: deactivate(user=alice))

    async with here.socket() as client:
        await client.post("auth", {"token": "wrong"})
        assert await client.closed(within=WITHIN_S) == 4001
