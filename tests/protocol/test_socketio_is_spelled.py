from typing import Any

import pytest

from messenger.realtime.protocol import socketio
from messenger.realtime.protocol.engineio import Data, Malformed
from messenger.realtime.protocol.socketio import ACK, CONNECT, CONNECT_ERROR, DISCONNECT, EVENT, Packet

# the protocol document's own examples, and what lies beside them
PACKETS: list[tuple[str, Packet]] = [
    ("0", Packet(CONNECT, "/", None, "")),
    ('0{"token":"123"}', Packet(CONNECT, "/", None, '{"token":"123"}')),
    ("0/admin,", Packet(CONNECT, "/admin", None, "")),
    ("0/admin", Packet(CONNECT, "/admin", None, "")),
    ('0/admin,{"token":"123"}', Packet(CONNECT, "/admin", None, '{"token":"123"}')),
    ("1", Packet(DISCONNECT, "/", None, "")),
    ("1/admin,", Packet(DISCONNECT, "/admin", None, "")),
    ('2["foo"]', Packet(EVENT, "/", None, '["foo"]')),
    ('2/admin,["bar"]', Packet(EVENT, "/admin", None, '["bar"]')),
    ('212["foo"]', Packet(EVENT, "/", 12, '["foo"]')),
    ('2/admin,13["foo"]', Packet(EVENT, "/admin", 13, '["foo"]')),
    ('20["foo"]', Packet(EVENT, "/", 0, '["foo"]')),
    ("312[]", Packet(ACK, "/", 12, "[]")),
    ('3/admin,13["bar"]', Packet(ACK, "/admin", 13, '["bar"]')),
    ('4{"message":"Not authorized"}', Packet(CONNECT_ERROR, "/", None, '{"message":"Not authorized"}')),
    (
        '51-["baz",{"_placeholder":true,"num":0}]',
        Packet(EVENT, "/", None, '["baz",{"_placeholder":true,"num":0}]', 1),
    ),
    (
        '52-/admin,["baz",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]',
        Packet(EVENT, "/admin", None, '["baz",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]', 2),
    ),
    (
        '51-14["foo",{"_placeholder":true,"num":0}]',
        Packet(EVENT, "/", 14, '["foo",{"_placeholder":true,"num":0}]', 1),
    ),
    (
        '61-15["bar",{"_placeholder":true,"num":0}]',
        Packet(ACK, "/", 15, '["bar",{"_placeholder":true,"num":0}]', 1),
    ),
]


@pytest.mark.parametrize(("text", "packet"), PACKETS)
def test_a_packets_head_is_read(text: str, packet: Packet) -> None:
    assert socketio.decode(text) == packet


@pytest.mark.parametrize("text", ["", "abc", "7", '5["a"]', "50-[]", "5-[]", "51[]", "5a-[]", '51["a"]', "599999-[]"])
def test_anything_else_is_malformed(text: str) -> None:
    with pytest.raises(Malformed):
        socketio.decode(text)


@pytest.mark.parametrize(
    "text",
    [
        "2", "2{}", "2[]", "2[", "2null", '2"foo"', "2[null]", "2[true]", "2[{}]", '2abc["foo"]', '2-1["foo"]',
        '2["connect"]', '2["disconnect"]', '2["connect_error"]', '2["newListener"]', '2["foo"]x', '212-["foo"]',
        '2["foo",NaN]', '299999999999999999["foo"]',
    ],
)  # fmt: skip
def test_an_event_is_a_list_that_begins_with_its_name(text: str) -> None:
    with pytest.raises(Malformed):
        socketio.arguments_of(socketio.decode(text))


def test_an_event_may_be_named_by_a_number() -> None:
    assert socketio.arguments_of(socketio.decode('2[7,"x"]')) == [7, "x"]


def test_an_acknowledgement_is_a_list_of_anything() -> None:
    assert socketio.arguments_of(socketio.decode("312[]")) == []
    with pytest.raises(Malformed):
        socketio.arguments_of(socketio.decode("312{}"))


@pytest.mark.parametrize("text", ["0[]", "0null", '0"abc"', "0{"])
def test_connect_carries_an_object_or_nothing(text: str) -> None:
    with pytest.raises(Malformed):
        socketio.auth_of(socketio.decode(text))


def test_attachments_take_their_places() -> None:
    packet = socketio.decode('52-["a",{"x":[{"_placeholder":true,"num":1}]},{"_placeholder":true,"num":0}]')

    assert socketio.arguments_of(packet, [b"zero", b"one"]) == ["a", {"x": [b"one"]}, b"zero"]


@pytest.mark.parametrize("number", ["2", "-1", '"0"', "null", "true", "0.5"])
def test_a_placeholder_of_no_attachment_is_malformed(number: str) -> None:
    packet = socketio.decode(f'52-["a",{{"_placeholder":true,"num":{number}}}]')

    with pytest.raises(Malformed):
        socketio.arguments_of(packet, [b"zero", b"one"])


def test_what_looks_like_a_placeholder_is_none_without_attachments() -> None:
    packet = socketio.decode('2["a",{"_placeholder":true,"num":0}]')

    assert socketio.arguments_of(packet) == ["a", {"_placeholder": True, "num": 0}]


SPELLED: list[tuple[dict[str, Any], list[Data]]] = [
    ({"kind": CONNECT, "data": {"sid": "abc"}}, ['40{"sid":"abc"}']),
    ({"kind": CONNECT, "namespace": "/admin", "data": {"sid": "abc"}}, ['40/admin,{"sid":"abc"}']),
    (
        {"kind": CONNECT_ERROR, "namespace": "/random", "data": {"message": "Invalid namespace"}},
        ['44/random,{"message":"Invalid namespace"}'],
    ),
    ({"kind": DISCONNECT}, ["41"]),
    ({"kind": DISCONNECT, "namespace": "/admin"}, ["41/admin,"]),
    ({"kind": EVENT, "data": ["foo", 1, "2", {"3": [True]}]}, ['42["foo",1,"2",{"3":[true]}]']),
    ({"kind": ACK, "ack_id": 12, "data": []}, ["4312[]"]),
    ({"kind": ACK, "namespace": "/admin", "ack_id": 13, "data": ["bar"]}, ['43/admin,13["bar"]']),
    (
        {"kind": EVENT, "data": ["baz", b"\x01", {"x": b"\x02"}]},
        ['452-["baz",{"_placeholder":true,"num":0},{"x":{"_placeholder":true,"num":1}}]', b"\x01", b"\x02"],
    ),
    (
        {"kind": ACK, "ack_id": 15, "namespace": "/admin", "data": [b"\x01"]},
        ['461-/admin,15[{"_placeholder":true,"num":0}]', b"\x01"],
    ),
]


@pytest.mark.parametrize(("given", "messages"), SPELLED)
def test_packets_are_spelled_as_engineio_messages(given: dict[str, Any], messages: list[Data]) -> None:
    assert socketio.spell(given.pop("kind"), **given) == messages
