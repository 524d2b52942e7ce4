import pytest

from messenger.realtime.protocol.engineio import Data, Malformed
from messenger.realtime.protocol.peers import MAX_ATTACHMENTS, Peer
from messenger.realtime.protocol.socketio import EVENT, Packet

BINARY = '51-["a",{"_placeholder":true,"num":0}]'


@pytest.fixture
def peer() -> Peer:
    peer = Peer(max_bytes=1000)
    peer.join("/")
    return peer


@pytest.mark.parametrize("text", ['2["foo"]', "1", "31[]", "4{}", BINARY])
def test_connect_comes_before_all_else(text: str) -> None:
    with pytest.raises(Malformed):
        Peer(max_bytes=1000).take(text)


@pytest.mark.parametrize(
    "message", ["0", '2/admin,["foo"]', "1/admin,", '4{"message":"x"}', "1{}", "3[]", "abc", b"\x01"]
)
def test_what_does_not_fit_the_state_is_malformed(peer: Peer, message: Data) -> None:
    with pytest.raises(Malformed):
        peer.take(message)


def test_namespaces_are_joined_one_by_one(peer: Peer) -> None:
    peer.join("/admin")
    peer.leave("/")

    assert peer.take('2/admin,["foo"]') == (Packet(EVENT, "/admin", None, '["foo"]'), [])
    with pytest.raises(Malformed):
        peer.take('2["foo"]')


def test_a_packet_waits_for_its_attachments(peer: Peer) -> None:
    assert peer.take('52-["a",{"_placeholder":true,"num":0}]') is None
    assert peer.take(b"zero") is None

    found = peer.take(b"one")

    assert found is not None
    assert found[1] == [b"zero", b"one"]
    assert peer.take('2["next"]') is not None


def test_text_while_attachments_are_due_is_malformed(peer: Peer) -> None:
    peer.take(BINARY)

    with pytest.raises(Malformed):
        peer.take('2["foo"]')


def test_attachments_are_bounded_in_number_and_size(peer: Peer) -> None:
    with pytest.raises(Malformed):
        peer.take(f'5{MAX_ATTACHMENTS + 1}-["a"]')
    peer.take('52-["a"]')
    peer.take(b"x" * 600)
    with pytest.raises(Malformed):
        peer.take(b"x" * 600)
