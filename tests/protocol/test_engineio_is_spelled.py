import json

import pytest

from messenger.realtime.protocol import engineio
from messenger.realtime.protocol.engineio import Malformed, Refusal, Rules


def test_the_open_packet_tells_the_five_things() -> None:
    packet = engineio.open_packet("abc", upgrades=["websocket"], rules=Rules())

    assert packet == (
        '0{"sid":"abc","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":262144}'
    )


@pytest.mark.parametrize(
    ("text", "packet"),
    [
        ("4hello", ("4", "hello")),
        ("4", ("4", "")),
        ("3", ("3", "")),
        ("2probe", ("2", "probe")),
        ("1", ("1", "")),
        ("5", ("5", "")),
        ("6", ("6", "")),
        ("4€ \x00", ("4", "€ \x00")),
        ("bAQIDBA==", ("4", b"\x01\x02\x03\x04")),
        ("b", ("4", b"")),
    ],
)
def test_a_packet_is_its_type_and_what_it_carries(text: str, packet: tuple[str, engineio.Data]) -> None:
    assert engineio.decode_packet(text) == packet


@pytest.mark.parametrize(
    "text", ["", "abc", "7", "9", "-1", " 4", "\x1e", "bAQID BA==", "bAQIDBA", "b€", "b=", "٤hello"]
)
def test_anything_else_is_malformed(text: str) -> None:
    with pytest.raises(Malformed):
        engineio.decode_packet(text)


def test_a_payload_joins_packets_by_the_record_separator() -> None:
    assert engineio.payload_of(["4hello", "2", "4€"]) == "4hello\x1e2\x1e4€".encode()
    assert list(engineio.packets_of("4hello\x1e2\x1e4€".encode())) == ["4hello", "2", "4€"]


def test_binary_is_base64_in_a_payload() -> None:
    assert engineio.payload_of(["4hello", b"\x01\x02\x03\x04"]) == b"4hello\x1ebAQIDBA=="


@pytest.mark.parametrize(("body", "packets"), [(b"", [""]), (b"4a\x1e", ["4a", ""]), (b"\x1e4a", ["", "4a"])])
def test_empty_packets_of_a_payload_are_seen(body: bytes, packets: list[str]) -> None:
    assert list(engineio.packets_of(body)) == packets


def test_a_payload_is_utf8() -> None:
    with pytest.raises(Malformed):
        list(engineio.packets_of(b"4\xff"))


@pytest.mark.parametrize(
    ("refusal", "status", "body"),
    [
        (Refusal.UNKNOWN_TRANSPORT, 400, {"code": 0, "message": "Transport unknown"}),
        (Refusal.UNKNOWN_SID, 400, {"code": 1, "message": "Session ID unknown"}),
        (Refusal.BAD_HANDSHAKE_METHOD, 400, {"code": 2, "message": "Bad handshake method"}),
        (Refusal.BAD_REQUEST, 400, {"code": 3, "message": "Bad request"}),
        (Refusal.FORBIDDEN, 403, {"code": 4, "message": "Forbidden"}),
        (Refusal.UNSUPPORTED_VERSION, 400, {"code": 5, "message": "Unsupported protocol version"}),
    ],
)
def test_refusals_have_the_protocols_code_and_sentence(refusal: Refusal, status: int, body: object) -> None:
    assert (refusal.status, json.loads(refusal.body)) == (status, body)
