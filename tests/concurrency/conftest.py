from dataclasses import dataclass

import pytest

from messenger.models import User
from tests.live import live, second
from tests.servers import Server

__all__ = ["live", "second"]


@dataclass(frozen=True)
class Servers:
    """Two web processes of one installation."""

    first: Server
    second: Server

    def turn(self, number: int) -> Server:
        """One or the other, by turns."""
        return (self.first, self.second)[number % 2]


@pytest.fixture
def servers(transactional_db: None, live: Server, second: Server) -> Servers:
    return Servers(live, second)


@pytest.fixture
def people(servers: Servers, alice: User, bob: User, carol: User, adam: User) -> list[User]:
    """Alice, bob, carol and adam."""
    return [alice, bob, carol, adam]
