from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from django.db import connection

from config.proof.honest_client import HonestClient
from messenger.models import User
from tests.sync.households import Town
from tests.talks import M, client_of, open_direct, say
from tests.threads import in_a_thread

Json = dict[str, Any]


class Interruption:
    """Around the statements of this thread: once so many have been answered, something else happens."""

    def __init__(self, after: int, deed: Callable[[], object]) -> None:
        self.after, self.deed = after, deed

    def __call__(self, execute: Callable[..., Any], statement: str, params: Any, many: bool, context: Json) -> Any:
        answer = execute(statement, params, many, context)
        self.after -= 1
        if self.after == 0:
            in_a_thread(self.deed)
        return answer


@pytest.mark.parametrize("is_known", [False, True])
@pytest.mark.parametrize("after", range(1, 9))
def test_what_changes_while_the_answer_is_read_counts_once(
    transactional_db: None, alice: User, bob: User, is_known: bool, after: int
) -> None:
    as_alice = client_of(alice)
    talk = open_direct(as_alice, bob)
    town = Town(alice, bob, chance=Random(1))
    home = town.homes[bob.pk]
    message = say(as_alice, talk, "Never mind")
    say(as_alice, talk, "Good morning")
    if not is_known:
        home.copy = HonestClient(bob.pk)

    interruption = Interruption(after, lambda: town.act(alice, "DELETE", f"{M}/messages/{message['id']}"))
    with town.delivering(), connection.execute_wrapper(interruption):
        home.sync()
        home.heal()

    assert home.differences() == []
    assert interruption.after <= 0  # it happened
