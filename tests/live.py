"""Servers that many tests share: started once for the run, on the test database, whose rows come and go beneath them.

People of the tier pro_plus may do as much as they like there; everybody else has the product's own limits.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from messenger.models import User
from messenger.services.conversations import NewConversation, open_conversation
from messenger.services.sign_ins import NOWHERE
from messenger.services.token_pairs import TokenPair, issue_tokens
from tests.native import NativeClient
from tests.servers import Server, running_server
from tests.threads import in_a_thread

PASSWORD = "correct horse battery staple"
UNLIMITED = {
    "MESSENGER_RATE_LIMIT_PRO_PLUS_MESSAGES": "1000000/min",
    "MESSENGER_RATE_LIMIT_PRO_PLUS_CONVERSATIONS": "1000000/min",
    "MESSENGER_RATE_LIMIT_PRO_PLUS_READS": "1000000/min",
    "MESSENGER_RATE_LIMIT_PRO_PLUS_SOCKET_EVENTS": "1000000/min",
}


@pytest.fixture(scope="session")
def live(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One web process for all tests that may share it (use with `transactional_db`)."""
    with running_server(tmp_path_factory.mktemp("live"), **UNLIMITED) as running:
        yield running


@pytest.fixture(scope="session")
def second(live: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Another web process of the same installation."""
    with running_server(tmp_path_factory.mktemp("second"), **UNLIMITED) as running:
        yield running


def tokens_of(user: User) -> TokenPair:
    """A fresh sign-in of somebody's."""
    return in_a_thread(lambda: issue_tokens(email=user.email, password=PASSWORD, caller=NOWHERE))


def token_of(user: User) -> str:
    """An access token of a fresh sign-in."""
    return tokens_of(user).access


def unlimited(*users: User) -> None:
    """Lift the limits of these people, on the shared servers."""
    keys = [user.pk for user in users]
    in_a_thread(lambda: User.objects.filter(pk__in=keys).update(subscription_tier=User.Tier.PRO_PLUS))


def direct(one: User, other: User) -> str:
    """The id of the direct conversation of two people."""
    return _opened(one, NewConversation(participant_ids=(other.pk,)))


def group(owner: User, *members: User, title: str = "Summer party") -> str:
    """The id of a new group."""
    ids = tuple(member.pk for member in members)
    return _opened(owner, NewConversation(type="group", participant_ids=ids, title=title))


def _opened(creator: User, wanted: NewConversation) -> str:
    return in_a_thread(lambda: str(open_conversation(creator=creator, wanted=wanted).conversation[0].id))


@asynccontextmanager
async def greeted(*clients: NativeClient) -> AsyncIterator[Sequence[NativeClient]]:
    """All of them connected, with their hello taken."""
    async with AsyncExitStack() as stack:
        connected = [await stack.enter_async_context(client) for client in clients]
        await asyncio.gather(*[client.next("hello") for client in connected])
        yield connected
