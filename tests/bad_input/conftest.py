from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from messenger.models import User
from messenger.services.drafts import Draft
from messenger.services.sending import send_message
from tests.bad_input.speaking import Speaker
from tests.live import direct, group, live, token_of, unlimited
from tests.servers import Server
from tests.threads import in_a_thread

__all__ = ["live"]


@dataclass(frozen=True)
class World:
    """Alice, who owns a group with bob and has said something in it; and what belongs to others."""

    server: Server
    alices: Speaker
    ids: dict[str, str]

    def filled(self, text: str) -> str:
        """Put the ids in."""
        for name, value in self.ids.items():
            text = text.replace(f"{{{name}}}", value)
        return text


@pytest.fixture
def world(transactional_db: None, live: Server, alice: User, bob: User, carol: User, adam: User) -> Iterator[World]:
    unlimited(alice, bob)
    place, foreign = group(alice, bob, carol), direct(bob, carol)
    for _ in range(3):
        mine = _say(alice, place)
    theirs = [_say(bob, foreign) for _ in range(3)]
    speaker, bobs = Speaker(live, token_of(alice)), Speaker(live, token_of(bob))
    pages = [
        bobs.ask("GET", f"/api/v4/messenger/conversations/{foreign}/messages?limit=1")[1]["nextCursor"],
        speaker.ask("GET", f"/api/v4/messenger/conversations/{place}/messages?limit=1")[1]["nextCursor"],
    ]
    ids = {"c": place, "m": mine, "u": str(carol.pk), "foreign_m": theirs[0], "foreign": pages[0], "other": pages[1]}
    yield World(live, speaker, ids)
    speaker.close()
    bobs.close()


def _say(sender: User, conversation_id: str) -> str:
    draft = Draft(sender_id=sender.pk, conversation_id=int(conversation_id), content="Hello")
    return str(in_a_thread(lambda: send_message(draft)).message.id)
