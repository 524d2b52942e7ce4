import pytest
from django.db import connection

from messenger.models import Message, User
from messenger.round_trips import Statement
from messenger.services.send_statements import GATE, GATE_PLAIN
from tests.talks import client_of, open_direct

TYPES = ("int", "bigint", "bigint", "text", "bigint", "text")
AS_ARRAYS = """'{0}', '{1}', '{1}', '{"a nonce"}', '{NULL}', '{"{}"}'"""
AS_VALUES = "'0', '1', '1', 'a nonce', NULL, '{}'"
GATES = [
    *((gate.many, ", ".join(f"{kind}[]" for kind in TYPES), AS_ARRAYS) for gate in (GATE, GATE_PLAIN)),
    *((gate.lone, ", ".join(TYPES), AS_VALUES) for gate in (GATE, GATE_PLAIN)),
]


@pytest.mark.parametrize(("gate", "types", "draft"), GATES, ids=[gate.name for gate, _, _ in GATES])
def test_a_plan_made_for_a_young_table_finds_a_nonce_by_its_own_index(
    gate: Statement, types: str, draft: str, alice: User, bob: User
) -> None:
    """A connection keeps its plan while the table grows; by another index it would read all that the sender said."""
    talk = int(open_direct(client_of(alice), bob))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("TRUNCATE messenger_message CASCADE")  # with all that was known about it
        Message.objects.bulk_create(
            Message(
                conversation_id=talk,
                sender=alice,
                nonce=f"{seq:032}",
                **dict.fromkeys(("seq", "version", "countable_seq"), seq),
            )
            for seq in range(1, 2001)
        )
        cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"PREPARE gate_to_explain({types}) AS {gate.sql}")
        cursor.execute(f"EXPLAIN EXECUTE gate_to_explain({draft})")
        plan = "\n".join(line for (line,) in cursor.fetchall())
        cursor.execute("DEALLOCATE gate_to_explain")

    assert "using message_nonce_unique on messenger_message m" in plan
