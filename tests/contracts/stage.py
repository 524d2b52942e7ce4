"""The stage of the walk: places where each thing that the contract refuses can happen, and who stands in them."""

import contextlib
import copy
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from messenger.models import Message, User
from messenger.services.api_clients import create_client
from messenger.services.attachments import upload
from tests.rest import Rest
from tests.talks import CONVERSATIONS, client_of, open_direct, open_group, say

BUTTONS = {"title": "New offer", "buttons": [{"id": "accept", "text": "Accept"}]}


@dataclass
class Stage:
    """`ids` names everything there is; `client` gives somebody's browser or program."""

    people: dict[str, User]
    clients: dict[str, Rest] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    settings: LazySettings | None = None

    def afresh(self, settings: LazySettings) -> "Stage":
        """A copy with clients of their own, for one test."""
        return Stage(
            self.people, {name: _copied(rest) for name, rest in self.clients.items()}, dict(self.ids), settings
        )

    def client(self, name: str) -> Rest:
        """The client of a person, of `integrator` (an API client with the scope `flow`) or of `nobody`."""
        return self.clients[name]

    @contextlib.contextmanager
    def undone(self) -> Iterator[None]:
        """What happens inside leaves no trace in the database."""
        with transaction.atomic():
            yield
            transaction.set_rollback(True)

    def call(self, by: str, method: str, path: str, body: object = None) -> dict[str, Any]:
        """A call that succeeds; `$name` stands for an id."""
        for name in sorted(self.ids, key=len, reverse=True):
            path = path.replace(f"${name}", self.ids[name])
        status, answer = self.client(by).call(method, path, body)
        assert status < 300, answer
        return answer

    def say(self, by: str, place: str, name: str = "") -> None:
        """Let somebody write; the message is called `<place>_by_<name>`."""
        self.ids[f"{place}_by_{name or by}"] = say(self.client(by), self.ids[place], f"By {by} in {place}")["id"]


def set_stage(people: dict[str, User]) -> Stage:
    """Alice owns `group` with bob and carol; `closed` is closed, in `talk` she and bob talk, dora blocks her.

    In each place is a message by her, and one that she has just deleted; in `bid` both are automated now.
    """
    stage = Stage(people)
    stage.ids = {name: str(user.pk) for name, user in people.items()} | {"absent": "987654321"}
    stage.clients = {name: client_of(user) for name, user in people.items()} | {"nobody": Rest()}
    _, key = create_client(name="Offers", owner=people["adam"], scopes=["flow"])
    stage.clients["integrator"] = Rest(csrf=False, token=key)
    alice, bob, carol, dora = (people[name] for name in ("alice", "bob", "carol", "dora"))
    as_alice = stage.client("alice")
    stage.ids["talk"] = open_direct(as_alice, bob)
    stage.ids["group"] = open_group(as_alice, bob, carol, title="Summer party")
    stage.ids["closed"] = open_group(as_alice, bob, title="Over")
    stage.ids["blocked"] = open_direct(as_alice, dora)
    flow = {"chatStatus": "real_time", "awaitingRole": "supplier", "currentActionData": BUTTONS}
    wanted = {"type": "bid", "participantIds": [alice.pk, bob.pk], "flow": flow}
    stage.ids["bid"] = stage.call("integrator", "POST", CONVERSATIONS, wanted)["conversation"]["id"]
    for place in ("talk", "group", "closed", "blocked", "bid"):
        stage.say("alice", place)
        stage.say("alice", place, "deleted")
        stage.call("alice", "DELETE", f"/api/v4/messenger/messages/${place}_by_deleted")
    lasting = timezone.now() + timedelta(hours=1)  # it can be restored as long as the tests take
    Message.objects.filter(deleted_at__isnull=False).update(deleted_at=lasting)
    stage.say("bob", "talk")
    stage.say("bob", "group")
    stage.say("bob", "bid")
    stage.call("alice", "PATCH", f"{CONVERSATIONS}/$closed", {"status": "closed"})
    stage.call("integrator", "POST", f"{CONVERSATIONS}/$bid/flow", {"chatStatus": "automated"})
    stage.call("dora", "POST", "/api/v4/messenger/blocks", {"userId": alice.pk})
    (kept,) = upload(owner=alice, files=[SimpleUploadedFile("note.txt", b"A note.")])
    stage.ids["file"] = str(kept.pk)
    return stage


def _copied(rest: Rest) -> Rest:
    copied = Rest(csrf=False)
    copied.headers = dict(rest.headers)
    copied.django.cookies = copy.deepcopy(rest.django.cookies)
    return copied
