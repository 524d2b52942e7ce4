from random import Random
from typing import Any

import pytest

from config.proof.deeds import Hands
from config.proof.devices import Device, Person

ACKNOWLEDGED = {"id": "77", "conversationId": "5", "seq": 3}
STORED = {"id": "77", "seq": 3, "clientNonce": "n1"}


@pytest.mark.parametrize(
    ("stored", "first", "found"),
    [
        ([STORED], 1, []),
        ([], 1, ["5#3: was acknowledged as 77, and is stored as []"]),
        ([STORED, {**STORED, "id": "78"}], 1, ["5#3: was acknowledged as 77, and is stored as ['77', '78']"]),
        ([], 4, []),
    ],
    ids=["once", "lost", "twice", "hidden from its sender since"],
)
async def test_an_acknowledged_message_must_be_there_once(stored: list[Any], first: int, found: list[str]) -> None:
    device = Device(Person("alice", 1, "token"), "native", [0], Random(1), patience_s=0.5)
    hands = Hands(device, [], Random(1))
    hands.acknowledged["n1"] = ACKNOWLEDGED

    assert hands.misses({"5": {"historyFromSeq": first, "messages": stored}}) == found
    assert hands.misses({}) == []
