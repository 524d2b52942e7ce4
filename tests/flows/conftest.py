import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.conf import LazySettings

from messenger.models import User
from messenger.services.api_clients import create_client
from tests.rest import Answer, Rest
from tests.talks import CONVERSATIONS, client_of

SECRET = "a secret that only the two of them know"
BUTTONS = {"title": "New offer", "buttons": [{"id": "accept", "text": "Accept"}, {"id": "decline", "text": "No"}]}


@pytest.fixture
def integrator(adam: User) -> Rest:
    """The integrator's program, with the scope `flow`."""
    _, key = create_client(name="Offers", owner=adam, scopes=["flow"])
    return Rest(csrf=False, token=key)


@pytest.fixture
def as_alice(alice: User) -> Rest:
    return client_of(alice)


@pytest.fixture
def as_bob(bob: User) -> Rest:
    return client_of(bob)


@pytest.fixture
def bid(integrator: Rest, alice: User, bob: User) -> str:
    """A bid between alice and bob, where the supplier is awaited."""
    flow = {"flowState": "offered", "awaitingRole": "supplier", "currentActionData": BUTTONS}
    answer = open_bid(integrator, alice, bob, flow=flow)
    return str(answer[1]["conversation"]["id"])


def open_bid(integrator: Rest, *people: User, **more: object) -> Answer:
    body = {"type": "bid", "participantIds": [str(person.pk) for person in people], **more}
    return integrator.post(CONVERSATIONS, body)


@dataclass
class Hook:
    """The integrator's server: remembers what was posted, and answers as told."""

    status: int = 204
    posted: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.posted]


@pytest.fixture
def hook(settings: LazySettings) -> Iterator[Hook]:
    hook = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            hook.posted.append((dict(self.headers), body))
            self.send_response(hook.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    hook.url = f"http://127.0.0.1:{server.server_address[1]}/flows?of=messenger"
    settings.MESSENGER_FLOW_WEBHOOK_URL = hook.url
    settings.MESSENGER_FLOW_WEBHOOK_SECRET = SECRET
    yield hook
    server.shutdown()
    thread.join()
    server.server_close()
