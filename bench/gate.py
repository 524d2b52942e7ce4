"""The correctness gate: what clients were told and what they got, against what the tables hold."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.generator.plan import Plan, Summary
from bench.generator.records import Records


@dataclass(frozen=True, kw_only=True)
class Stored:
    """One message as a contender's table holds it."""

    id: int
    conversation_id: int
    seq: int
    content: str


def faults_of_messages(
    *, plan: Plan, records: Records, stored: Sequence[Stored] | None, counters: Mapping[int, int] | None
) -> list[str]:
    """Return a sentence for each way in which messages were lost, doubled, misnumbered or misdelivered.

    `stored` is `None` for a contender that stores nothing: then receipts alone are compared with answers.
    """
    faults = _faults_of_answers(records)
    if stored is not None:
        faults += _faults_of_tables(plan=plan, records=records, stored=stored)
        faults += _faults_of_numbers(stored=stored, counters=counters or {})
    return faults + _faults_of_receipts(plan=plan, records=records)


def faults_of_pointers(*, plan: Plan, records: Records, pointers: Mapping[tuple[int, int], int]) -> list[str]:
    """Return a sentence where an acknowledged read is not what the tables hold, or did not reach the other person."""
    told: dict[tuple[int, int], int] = defaultdict(int)
    operations = records.operations
    for key in range(len(operations)):
        seat = (int(plan.rooms[operations.room[key]].id), int(plan.people[operations.sender[key]].id))
        told[seat] = max(told[seat], operations.answer_seq[key])
    wrong = sum(1 for seat, seq in told.items() if pointers.get(seat, 0) != seq)
    return _counted(wrong, "read pointers differ from what was acknowledged") + faults_of_signals(records=records)


def faults_of_signals(*, records: Records) -> list[str]:
    """Return a sentence where a signal was not answered, or did not arrive exactly once."""
    operations = records.operations
    unanswered = sum(1 for at in operations.answered if not at)
    receipts = Counter(records.receipts.key)
    unreceived = sum(1 for key in range(len(operations)) if receipts[key] != 1)
    return _counted(unanswered, "signals were never answered") + _counted(
        unreceived, "signals did not arrive exactly once"
    )


def faults_of_connections(summary: Summary) -> list[str]:
    """Return a sentence for refusals, closed sockets, repeated answers and events that nobody caused."""
    faults = [f"{count} refused: {code}" for code, count in sorted(summary.refusals.items())]
    faults += [f"{count} sockets closed: {code}" for code, count in sorted(summary.closes.items())]
    faults += _counted(summary.repeated_answers, "answers came twice")
    return faults + _counted(summary.unmatched, "events that nobody had caused")


def _faults_of_answers(records: Records) -> list[str]:
    unanswered = sum(1 for at in records.operations.answered if not at)
    return _counted(unanswered, "messages were never acknowledged")


def _faults_of_tables(*, plan: Plan, records: Records, stored: Sequence[Stored]) -> list[str]:
    rows: dict[int, list[Stored]] = defaultdict(list)
    for row in stored:
        rows[int(row.content[1:9])].append(row)
    operations = records.operations
    lost = wrong = 0
    for key in range(len(operations)):
        if not operations.answer_id[key]:
            continue
        found = rows.get(key, [])
        room_id = int(plan.rooms[operations.room[key]].id)
        told = (operations.answer_id[key], room_id, operations.answer_seq[key])
        lost += not found
        wrong += any((row.id, row.conversation_id, row.seq) != told for row in found[:1])
    doubled = sum(len(found) - 1 for found in rows.values())
    unasked = sum(1 for key in rows if key >= len(operations) or not operations.answer_id[key])
    return [
        *_counted(lost, "acknowledged messages are not stored"),
        *_counted(doubled, "messages are stored more than once"),
        *_counted(wrong, "messages are stored otherwise than acknowledged"),
        *_counted(unasked, "stored messages were never acknowledged"),
    ]


def _faults_of_numbers(*, stored: Sequence[Stored], counters: Mapping[int, int]) -> list[str]:
    numbers: dict[int, list[int]] = defaultdict(list)
    for row in stored:
        numbers[row.conversation_id].append(row.seq)
    gapped = sum(1 for seqs in numbers.values() if sorted(seqs) != list(range(1, len(seqs) + 1)))
    off = sum(1 for room_id in numbers.keys() | counters.keys() if counters.get(room_id, 0) != len(numbers[room_id]))
    return _counted(gapped, "conversations are not numbered 1, 2, 3 …") + _counted(
        off, "conversations count otherwise than they hold"
    )


def _faults_of_receipts(*, plan: Plan, records: Records) -> list[str]:
    operations, receipts = records.operations, records.receipts
    got = Counter(zip(receipts.key, receipts.socket, strict=True))
    expected = {
        (key, socket)
        for key in range(len(operations))
        if operations.answer_id[key]
        for socket in plan.rooms[operations.room[key]].members
    }
    altered = sum(
        1
        for key, message_id, seq in zip(receipts.key, receipts.message_id, receipts.seq, strict=True)
        if key >= len(operations) or (message_id, seq) != (operations.answer_id[key], operations.answer_seq[key])
    )
    return [
        *_counted(len(expected - got.keys()), "receipts are missing"),
        *_counted(sum(count - 1 for count in got.values()), "receipts came more than once"),
        *_counted(len(got.keys() - expected), "receipts went to sockets that ought not to have them"),
        *_counted(altered, "receipts differ from the acknowledgement"),
    ]


def _counted(count: int, what: str) -> list[str]:
    return [f"{count} {what}"] if count else []
