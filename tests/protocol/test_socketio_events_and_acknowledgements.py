import pytest

from tests.protocol.clients import Endpoint

TWO = '{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}'


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        ('42["message",1,"2",{"3":[true]}]', '42["message-back",1,"2",{"3":[true]}]'),
        ('42["message"]', '42["message-back"]'),
        ('42["message",null,1.5,"€ \\u0000"]', '42["message-back",null,1.5,"€ \\u0000"]'),
        ('42456["message-with-ack",1,"2",{"3":[false]}]', '43456[1,"2",{"3":[false]}]'),
        ('420["message-with-ack"]', "430[]"),
    ],
)
async def test_an_event_and_its_answer(sockets: Endpoint, sent: str, answer: str) -> None:
    async with sockets.socket() as socket:
        await socket.join()
        await socket.send(sent)

        assert await socket.take() == answer


async def test_an_event_with_attachments(sockets: Endpoint) -> None:
    async with sockets.socket() as socket:
        await socket.join()
        await socket.send(f'452-["message",{TWO}]', b"\x01\x02\x03", b"\x04\x05\x06")

        found = [await socket.take() for _ in range(3)]

    assert found == [f'452-["message-back",{TWO}]', b"\x01\x02\x03", b"\x04\x05\x06"]


async def test_an_acknowledgement_with_attachments(sockets: Endpoint) -> None:
    async with sockets.socket() as socket:
        await socket.join()
        await socket.send(f'452-789["message-with-ack",{TWO}]', b"\x01\x02\x03", b"\x04\x05\x06")

        found = [await socket.take() for _ in range(3)]

    assert found == [f"462-789[{TWO}]", b"\x01\x02\x03", b"\x04\x05\x06"]


async def test_attachments_by_polling(sockets: Endpoint) -> None:
    session = await sockets.open_polling()
    await session.post("40")
    await session.packets()

    await session.post(f'452-["message",{TWO}]', "bAQID", "bBAUG")

    assert await session.packets() == [f'452-["message-back",{TWO}]', "bAQID", "bBAUG"]


async def test_events_of_two_namespaces_do_not_mix(sockets: Endpoint) -> None:
    async with sockets.socket() as socket:
        await socket.join()
        await socket.join("/custom")
        await socket.send('42/custom,5["message-with-ack","there"]', '425["message-with-ack","here"]')

        assert [await socket.take(), await socket.take()] == ['43/custom,5["there"]', '435["here"]']


@pytest.mark.parametrize(
    "packet",
    [
        "4abc", "42{}", "42", "42[]", "42[{}]", '42"message"', '42abc["message-with-ack",1]', '42["connect"]', '42["a"',
        "43[]", "431{}", "41{}", '44{"message":"x"}', "47", '45["message"]', '450-["message"]', '42/other,["message"]',
        '299["message"]',
    ],
)  # fmt: skip
async def test_what_is_no_packet_closes_the_connection(sockets: Endpoint, packet: str) -> None:
    async with sockets.socket() as socket:
        await socket.join()
        await socket.send(packet)

        assert await socket.closed(within=0.25) == 1000


async def test_text_where_an_attachment_is_due_closes_the_connection(sockets: Endpoint) -> None:
    async with sockets.socket() as socket:
        await socket.join()
        await socket.send('451-["message",{"_placeholder":true,"num":0}]', '42["message"]')

        assert await socket.closed(within=0.25) == 1000


async def test_binary_that_no_packet_asked_for_closes_the_connection(sockets: Endpoint) -> None:
    async with sockets.socket() as socket:
        await socket.join()
        await socket.send(b"\x01")

        assert await socket.closed(within=0.25) == 1000
