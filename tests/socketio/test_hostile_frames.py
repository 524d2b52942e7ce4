import json

import pytest

from messenger.models import Message, User
from tests.live import token_of, unlimited
from tests.servers import Server
from tests.socketio.raw import BINARY, CLOSE, FIN, PING, TEXT, RawSocket, frame
from tests.threads import in_a_thread

CONTINUED = 0x0
BROKEN: dict[str, tuple[bytes, int | None]] = {
    "not masked": (frame("42", is_masked=False), 1002),
    "a reserved bit": (frame("42", head=FIN | 0x40 | TEXT), 1002),
    "a reserved opcode": (frame("42", head=FIN | 0x3), 1002),
    "a reserved control opcode": (frame("", head=FIN | 0xB), 1002),
    "a ping in pieces": (frame("x", head=PING), 1002),
    "a ping of 126 bytes": (frame("x" * 126, head=FIN | PING), 1002),
    "a continuation of nothing": (frame("x", head=FIN | CONTINUED), 1002),
    "a new message within another": (frame("4", head=TEXT) + frame("2", head=FIN | TEXT), 1002),
    "text that is not UTF-8": (frame(b"4\xff\xfe"), 1007),
    "UTF-8 broken over two pieces": (frame(b"4\xe2", head=TEXT) + frame(b"\x28", head=FIN | CONTINUED), 1007),
    "a close of one byte": (frame(b"\x03", head=FIN | CLOSE), 1002),
    "a close with a code that is none": (frame(b"\x00\x01", head=FIN | CLOSE), 1002),
    "a length of 2^63": (b"\x81\xff" + b"\xff" * 8 + b"\0\0\0\0", None),
    "a frame over the limit": (frame("4" + "x" * 262_144), 1009),
    "pieces over the limit": (frame("4", head=TEXT) + frame("x" * 9_000, head=CONTINUED) * 30, 1009),
    "a binary nobody asked for": (frame(b"\x01", head=FIN | BINARY), 1000),
    "no HTTP nor WebSocket": (b"\0" * 4_000, 1002),
}


@pytest.fixture
def server(transactional_db: None, live: Server) -> Server:
    """On uvicorn alone: daphne's own WebSocket code answers broken frames there, and knows no limit."""
    return live


@pytest.mark.parametrize("named", BROKEN)
def test_a_broken_frame_ends_its_own_connection_alone(named: str, server: Server, alice: User, bob: User) -> None:
    sent, code = BROKEN[named]
    with RawSocket(server.port) as others, RawSocket(server.port) as hostile:
        others.sign_in(token_of(bob))
        hostile.sign_in(token_of(alice))

        hostile.send(sent)

        found = hostile.close_code()
        others.packet('421["messenger:v4:presence",{}]')
        others.read_until(b'431[{"ok":true')
    if code is not None:
        assert found == code
    assert "Traceback" not in server.log.read_text()


def test_a_refused_handshake_is_no_error_of_the_server(server: Server) -> None:
    for _ in range(2):  # what the first may leave in the log is there when the second is answered
        with RawSocket(server.port, query="&sid=unknown") as client:
            assert client.read_until(b"}") == b'{"code":1,"message":"Session ID unknown"}'

    assert "without completing handshake" not in server.log.read_text()


def test_a_message_in_a_thousand_pieces_arrives(server: Server, alice: User, conversation_id: str) -> None:
    event = f'427["messenger:v4:send",{{"conversationId":"{conversation_id}","content":"In pieces"}}]'.encode()
    with RawSocket(server.port) as client:
        client.sign_in(token_of(alice))
        pieces = [event[at : at + 1] for at in range(len(event))]
        client.send(frame(pieces[0], head=TEXT))
        for piece in pieces[1:-1]:
            client.send(frame(piece, head=CONTINUED) + frame(b"", head=FIN | PING))
        client.send(frame(pieces[-1], head=FIN | CONTINUED))

        client.read_until(b'437[{"ok":true')

    assert in_a_thread(lambda: Message.objects.get().content) == "In pieces"


HOSTILE_DATA = {
    "NaN": '{"conversationId":NaN}',
    "Infinity": '{"conversationId":Infinity}',
    "a key twice": '{"conversationId":"1","conversationId":"2"}',
    "too deep": '{"conversationId":' + "[" * 100 + "]" * 100 + "}",
    "far too deep": '{"a":' * 20_000 + "1" + "}" * 20_000,
    "a number of 400 digits": '{"conversationId":' + "9" * 400 + "}",
    "NUL": '{"conversationId":"1","content":"\\u0000"}',
    "half a surrogate pair": '{"conversationId":"1","content":"\\ud800"}',
    "no object": '"text"',
    "a list": "[1]",
    "nothing of the kind": '{"conversationId":{"$ne":null},"content":[]}',
    "prototype": '{"__proto__":{"admin":true},"conversationId":"x"}',
}


@pytest.mark.parametrize("named", HOSTILE_DATA)
def test_hostile_data_is_answered_and_the_connection_stays(named: str, server: Server, alice: User) -> None:
    with RawSocket(server.port) as client:
        client.sign_in(token_of(alice))
        client.packet(f'421["messenger:v4:send",{HOSTILE_DATA[named]}]')

        client.read_until(b"431[")
        answer = json.loads(client.read_until(b"}]")[:-1])
        client.packet('422["messenger:v4:presence",{}]')
        client.read_until(b'432[{"ok":true')

    assert answer["ok"] is False
    assert answer["error"]["code"] == "validation_error"
    assert not in_a_thread(Message.objects.exists)
    assert "Traceback" not in server.log.read_text()


def test_events_that_have_no_callback_are_refused_in_silence(server: Server, alice: User) -> None:
    with RawSocket(server.port) as client:
        client.sign_in(token_of(alice))
        client.packet('42["messenger:v4:send",{}]')
        client.packet('42["connection"]')
        client.packet("42[7]")
        client.packet('421["messenger:v4:presence",{}]')

        seen = client.read_until(b'431[{"ok":true')

    assert b"error" not in seen


def test_a_flood_is_slowed_and_the_connection_stays(server: Server, alice: User, bob: User) -> None:
    in_a_thread(lambda: unlimited(bob))
    with RawSocket(server.port) as flood, RawSocket(server.port) as calm:
        flood.sign_in(token_of(alice))
        calm.sign_in(token_of(bob))
        flood.send(b"".join(frame(f'42{n}["messenger:v4:edit",{{}}]') for n in range(300)))

        for number in range(20):
            calm.packet(f'42{number}["messenger:v4:join-conversation",{{}}]')
            calm.read_until(f'43{number}[{{"ok":false'.encode())
        flood.read_until(b'43101[{"ok":false,"error":{"code":"rate_limited"')
        flood.read_until(b'43105[{"ok":false,"error":{"code":"rate_limited"')
