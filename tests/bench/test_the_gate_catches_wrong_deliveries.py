"""The bench's gate, fed with what a contender that errs would leave behind."""

import pytest

from bench.gate import Stored, faults_of_messages, faults_of_pointers
from bench.generator.plan import Person, Plan, Room
from bench.generator.records import Records

ALICE, BOB, CAROL = 0, 1, 2
CONVERSATION_ID = 12
MESSAGE_IDS = (101, 102)


@pytest.fixture
def plan() -> Plan:
    return Plan(
        protocol="native",
        url="ws://bench.example/",
        people=[Person(id="1", token="a"), Person(id="2", token="b"), Person(id="3", token="c")],
        rooms=[Room(id=str(CONVERSATION_ID), members=[ALICE, BOB])],
        kind="closed",
    )


@pytest.fixture
def records() -> Records:
    """Alice has sent two messages; both were acknowledged, and both people have them."""
    records = Records()
    for number, message_id in enumerate(MESSAGE_IDS):
        key = records.operations.begin(room=0, sender=ALICE, intended=1.0, sent=1.0, waiting=0)
        records.operations.answered[key] = 1.1
        records.operations.answer_id[key] = message_id
        records.operations.answer_seq[key] = number + 1
        for socket in (ALICE, BOB):
            records.receipts.note(key=key, socket=socket, message_id=message_id, seq=number + 1, at=1.2)
    return records


@pytest.fixture
def stored() -> list[Stored]:
    return [
        Stored(id=message_id, conversation_id=CONVERSATION_ID, seq=number + 1, content=f"b{number:08d} hello")
        for number, message_id in enumerate(MESSAGE_IDS)
    ]


def _faults(plan: Plan, records: Records, stored: list[Stored], last_seq: int = 2) -> list[str]:
    return faults_of_messages(plan=plan, records=records, stored=stored, counters={CONVERSATION_ID: last_seq})


def test_what_is_right_has_no_faults(plan: Plan, records: Records, stored: list[Stored]) -> None:
    assert _faults(plan, records, stored) == []


def test_an_acknowledged_message_that_is_not_stored(plan: Plan, records: Records, stored: list[Stored]) -> None:
    assert _faults(plan, records, stored[:1], last_seq=1) == ["1 acknowledged messages are not stored"]


def test_a_message_stored_twice(plan: Plan, records: Records, stored: list[Stored]) -> None:
    again = Stored(id=103, conversation_id=CONVERSATION_ID, seq=3, content=stored[0].content)

    assert _faults(plan, records, [*stored, again], last_seq=3) == ["1 messages are stored more than once"]


def test_a_message_stored_with_another_number(plan: Plan, records: Records, stored: list[Stored]) -> None:
    moved = Stored(id=102, conversation_id=CONVERSATION_ID, seq=3, content=stored[1].content)

    assert _faults(plan, records, [stored[0], moved]) == [
        "1 messages are stored otherwise than acknowledged",
        "1 conversations are not numbered 1, 2, 3 …",
    ]


def test_a_counter_that_runs_ahead(plan: Plan, records: Records, stored: list[Stored]) -> None:
    assert _faults(plan, records, stored, last_seq=5) == ["1 conversations count otherwise than they hold"]


def test_a_stored_message_that_nobody_was_told_of(plan: Plan, records: Records, stored: list[Stored]) -> None:
    extra = Stored(id=103, conversation_id=CONVERSATION_ID, seq=3, content="b00000007 hello")

    assert _faults(plan, records, [*stored, extra], last_seq=3) == ["1 stored messages were never acknowledged"]


def test_a_send_that_was_never_answered(plan: Plan, records: Records, stored: list[Stored]) -> None:
    records.operations.begin(room=0, sender=ALICE, intended=2.0, sent=2.0, waiting=3)

    assert _faults(plan, records, stored) == ["1 messages were never acknowledged"]


def test_a_lost_receipt(plan: Plan, records: Records, stored: list[Stored]) -> None:
    for column in ("key", "socket", "message_id", "seq", "at"):
        getattr(records.receipts, column).pop()

    assert _faults(plan, records, stored) == ["1 receipts are missing"]


def test_a_doubled_receipt(plan: Plan, records: Records, stored: list[Stored]) -> None:
    records.receipts.note(key=0, socket=BOB, message_id=MESSAGE_IDS[0], seq=1, at=1.3)

    assert _faults(plan, records, stored) == ["1 receipts came more than once"]


def test_a_receipt_of_somebody_who_takes_no_part(plan: Plan, records: Records, stored: list[Stored]) -> None:
    records.receipts.note(key=0, socket=CAROL, message_id=MESSAGE_IDS[0], seq=1, at=1.3)

    assert _faults(plan, records, stored) == ["1 receipts went to sockets that ought not to have them"]


def test_a_receipt_with_another_number(plan: Plan, records: Records, stored: list[Stored]) -> None:
    records.receipts.seq[3] = 7

    assert _faults(plan, records, stored) == ["1 receipts differ from the acknowledgement"]


def test_a_read_pointer_that_was_not_stored(plan: Plan) -> None:
    records = Records()
    key = records.operations.begin(room=0, sender=BOB, intended=1.0, sent=1.0, waiting=0)
    records.operations.answered[key], records.operations.answer_seq[key] = 1.1, 2
    records.receipts.note(key=key, socket=ALICE, message_id=0, seq=2, at=1.2)

    assert faults_of_pointers(plan=plan, records=records, pointers={(CONVERSATION_ID, 2): 2}) == []
    assert faults_of_pointers(plan=plan, records=records, pointers={(CONVERSATION_ID, 2): 1}) == [
        "1 read pointers differ from what was acknowledged"
    ]
