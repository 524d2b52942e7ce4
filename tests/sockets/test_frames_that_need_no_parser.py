from hypothesis import given
from hypothesis import strategies as st
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.protocol import State
from websockets.server import ServerProtocol
from websockets.uri import parse_uri

from config.whole_frames import is_between_messages, text_in

payloads = st.one_of(st.binary(max_size=300), st.sampled_from([125, 126, 127, 1000]).map(bytes))


@given(payloads)
def test_a_whole_text_frame_is_read_as_the_parser_reads_it(payload: bytes) -> None:
    assert text_in(Frame(Opcode.TEXT, payload).serialize(mask=True)) == payload


@given(payloads, st.data())
def test_less_and_more_than_one_frame_is_left_to_the_parser(payload: bytes, data: st.DataObject) -> None:
    frame = Frame(Opcode.TEXT, payload).serialize(mask=True)

    assert text_in(frame[: data.draw(st.integers(0, len(frame) - 1))]) is None
    assert text_in(frame + data.draw(st.binary(min_size=1, max_size=8))) is None


@given(st.sampled_from([op for op in Opcode if op is not Opcode.TEXT]), st.binary(max_size=100))
def test_other_frames_are_left_to_the_parser(opcode: Opcode, payload: bytes) -> None:
    assert text_in(Frame(opcode, payload).serialize(mask=True)) is None


@given(payloads)
def test_what_breaks_the_rules_is_left_to_the_parser(payload: bytes) -> None:
    whole = Frame(Opcode.TEXT, payload).serialize(mask=True)
    compressed = bytes([whole[0] | 0x40]) + whole[1:]
    begun = Frame(Opcode.TEXT, payload, fin=False).serialize(mask=True)

    assert text_in(Frame(Opcode.TEXT, payload).serialize(mask=False)) is None
    assert (text_in(compressed), text_in(begun)) == (None, None)


@given(st.binary(max_size=100))
def test_a_length_spelled_too_long_is_left_to_the_parser(payload: bytes) -> None:
    assert text_in(b"\x81\xfe" + len(payload).to_bytes(2, "big") + bytes(4) + payload) is None


def test_between_messages_is_where_a_new_one_may_begin() -> None:
    server, whole = _open(), Frame(Opcode.TEXT, b"x" * 200).serialize(mask=True)
    assert is_between_messages(server)

    for cut in (1, 2, 3, 4, 8, 9, len(whole) - 1):
        server.receive_data(whole[:cut])
        assert not is_between_messages(server)
        server.receive_data(whole[cut:])
        assert is_between_messages(server)


def test_between_the_parts_of_a_message_is_no_place_for_another() -> None:
    server = _open()

    server.receive_data(Frame(Opcode.TEXT, b"one", fin=False).serialize(mask=True))
    assert not is_between_messages(server)
    server.receive_data(Frame(Opcode.CONT, b"two").serialize(mask=True))
    assert is_between_messages(server)


def test_before_the_handshake_and_after_a_close_there_are_no_messages() -> None:
    assert not is_between_messages(ServerProtocol())
    server = _open()

    server.receive_data(Frame(Opcode.CLOSE, b"\x03\xe8").serialize(mask=True))

    assert not is_between_messages(server)


def _open() -> ServerProtocol:
    """A server's side after its handshake."""
    client, server = ClientProtocol(parse_uri("ws://localhost/")), ServerProtocol()
    client.send_request(client.connect())
    for data in client.data_to_send():
        server.receive_data(data)
    (request,) = server.events_received()
    server.send_response(server.accept(request))  # type: ignore[arg-type]  # the one event is a request
    assert server.state is State.OPEN
    return server
