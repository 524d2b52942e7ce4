"""Whatever is sent to these routes: 4xx and a sentence, nothing stored, nothing told."""

import pytest

from messenger.events import Event
from messenger.models import Block, Conversation, Message, Participant, User
from tests.rest import Rest
from tests.talks import CONVERSATIONS, M, open_group, say

BODIES: dict[str, bytes] = {
    "nothing at all": b"{",
    "no object": b"[]",
    "a string": b'"x"',
    "NaN": b'{"participantIds": [NaN]}',
    "Infinity": b'{"upToSeq": Infinity}',
    "NUL": b'{"title": "a\\u0000b", "conversationId": 1}',
    "a lone surrogate": b'{"title": "\\ud800", "reason": "\\ud800"}',
    "a key twice": b'{"title": "a", "title": "b"}',
    "100,000 levels": b'{"metadata": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "5,000 digits": b'{"participantIds": [' + b"9" * 5000 + b"]}",
    "no UTF-8": b'{"title": "\xff\xfe"}',
    "UTF-16": '{"title": "x"}'.encode("utf-16"),
    "300 KiB": b'{"title": "' + b"x" * 300_000 + b'"}',
}
ROUTES = [
    ("POST", CONVERSATIONS),
    ("PATCH", "{one}"),
    ("POST", "{one}/participants"),
    ("POST", "{one}/read"),
    ("POST", "{one}/typing"),
    ("POST", f"{M}/typing"),
    ("POST", f"{M}/blocks"),
]
FIELDS: list[tuple[str, str, dict[str, object]]] = [
    ("POST", CONVERSATIONS, {"participantIds": {"0": 1}}),
    ("POST", CONVERSATIONS, {"participantIds": [[1]]}),
    ("POST", CONVERSATIONS, {"participantIds": [-1]}),
    ("POST", CONVERSATIONS, {"participantIds": [0]}),
    ("POST", CONVERSATIONS, {"participantIds": [2**53]}),
    ("POST", CONVERSATIONS, {"participantIds": ["1 "]}),
    ("POST", CONVERSATIONS, {"participantIds": [1.5]}),
    ("POST", CONVERSATIONS, {"recipientId": None}),
    ("POST", CONVERSATIONS, {"participantIds": [5], "recipientId": 6}),
    ("POST", CONVERSATIONS, {"participantIds": [5], "message": "x" * 10_001}),
    ("POST", CONVERSATIONS, {"participantIds": [5], "message": ["x"]}),
    ("POST", CONVERSATIONS, {"participantIds": [5], "message": "a\u0007b"}),
    ("POST", CONVERSATIONS, {"participantIds": [5], "clientNonce": "x" * 129}),
    ("POST", CONVERSATIONS, {"participantIds": [5], "clientNonce": 7}),
    ("POST", CONVERSATIONS, {"participantIds": [5], "metadata": {"x": "y" * 4096}}),
    ("POST", CONVERSATIONS, {"participantIds": [5], "type": "system"}),
    ("POST", CONVERSATIONS, {"participantIds": [5], "metadata": {"x": [1e308] * 500}}),
    ("POST", "{one}/messages", {"content": "x", "metadata": {"x": [1e308] * 500}}),
    ("POST", "{one}/messages", {"content": "x", "metadata": {"x": [1e19] * 500}}),
    ("PATCH", "{one}", {"metadata": {"x": [1e19] * 500}}),
    ("PATCH", "{one}", {"mutedUntil": "tomorrow"}),
    ("PATCH", "{one}", {"mutedUntil": "2030-01-01T00:00:00"}),
    ("PATCH", "{one}", {"mutedUntil": 5}),
    ("PATCH", "{one}", {"draft": {"text": "x", "baseRev": "1"}}),
    ("PATCH", "{one}", {"draft": {"text": "x", "attachmentIds": [999_999]}}),
    ("PATCH", "{one}", {"draft": {"text": "x", "attachmentIds": list(range(1, 12))}}),
    ("POST", "{one}/participants", {"userIds": [], "shareHistory": "yes"}),
    ("POST", "{one}/participants", {}),
    ("POST", "{one}/participants", {"userIds": list(range(1, 400))}),
    ("POST", "{one}/read", {"upToSeq": 2**60}),
    ("POST", "{one}/read", {"upToMessageId": "12a"}),
    ("POST", "{one}/typing", {"isTyping": "on"}),
]


@pytest.fixture
def one(as_alice: Rest, bob: User, carol: User) -> str:
    """The address of a group that alice owns."""
    identifier = open_group(as_alice, bob, carol, title="Party")
    say(as_alice, identifier)
    return f"{CONVERSATIONS}/{identifier}"


def _rows() -> list[object]:
    seats = Participant.objects.order_by("pk").values_list()
    return [list(Conversation.objects.values_list()), list(seats), Message.objects.count(), Block.objects.count()]


@pytest.mark.parametrize("route", ROUTES, ids=" ".join)
@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_a_body_that_is_no_clean_json_object(
    as_alice: Rest, one: str, route: tuple[str, str], body: bytes, published: list[Event]
) -> None:
    before = _rows()
    published.clear()

    status, answer = as_alice.call(route[0], route[1].replace("{one}", one), body)

    assert (status, answer["code"]) in ((400, "validation_error"), (413, "file_too_large"))
    assert (_rows(), published) == (before, [])


@pytest.mark.parametrize("call", FIELDS, ids=lambda call: f"{call[0]} {call[1]} {str(call[2])[:60]}")
def test_a_field_that_makes_no_sense(
    as_alice: Rest, one: str, call: tuple[str, str, dict[str, object]], published: list[Event]
) -> None:
    before = _rows()
    published.clear()

    status, answer = as_alice.call(call[0], call[1].replace("{one}", one), call[2])

    assert (status, answer["code"], len(answer["details"])) == (400, "validation_error", 1)
    assert (_rows(), published) == (before, [])
