import json

import pytest
from django.http import StreamingHttpResponse

from messenger.models import User
from tests.live import live
from tests.rest import Rest
from tests.talks import CONVERSATIONS, Json, client_of

__all__ = ["live"]


@pytest.fixture
def as_alice(alice: User) -> Rest:
    return client_of(alice)


@pytest.fixture
def as_bob(bob: User) -> Rest:
    return client_of(bob)


def fetched(client: Rest, path: str) -> bytes:
    """A file that is streamed."""
    status, _ = client.get(path)
    assert status == 200
    assert isinstance(client.last, StreamingHttpResponse)
    return client.last.getvalue()


def exported(client: Rest, conversation_id: str, kind: str) -> str:
    return fetched(client, f"{CONVERSATIONS}/{conversation_id}/export?format={kind}").decode("utf-8-sig")


def exported_json(client: Rest, conversation_id: str) -> Json:
    made: Json = json.loads(exported(client, conversation_id, "json"))
    return made
