from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from messenger.pg_text import int_array, integers, text_array
from messenger.round_trips import Asked, Statement, exchange

TEXTS = Statement("texts", "SELECT unnest($1::text[])")
NUMBERS = Statement("numbers", "SELECT unnest($1::bigint[])")
BACK = Statement("back", "SELECT $1::bigint[]")

words = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=12)
awkward = st.sampled_from(["", "NULL", "None", '"', "\\", '\\"', "{a,b}", "a,b", " ", '","', "'", "\n"])
numbers = st.integers(-(2**63), 2**63 - 1)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.none() | words | awkward, min_size=1, max_size=6))
def test_texts_arrive_as_they_are(db: None, values: list[str | None]) -> None:
    with transaction.atomic():
        (rows,) = exchange(Asked(TEXTS, [text_array(values)]))

    assert [None if value is None else value.decode() for (value,) in rows] == values


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.none() | numbers, max_size=6))
def test_numbers_arrive_as_they_are(db: None, values: list[int | None]) -> None:
    with transaction.atomic():
        (rows,) = exchange(Asked(NUMBERS, [int_array(values)]))

    assert [None if value is None else int(value) for (value,) in rows] == values


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(numbers, max_size=6))
def test_numbers_come_back(db: None, values: list[int]) -> None:
    with transaction.atomic():
        (((array,),),) = exchange(Asked(BACK, [int_array(values)]))

    assert integers(array) == tuple(values)
