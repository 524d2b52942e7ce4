from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from messenger.errors import ValidationFailed
from messenger.inputs import Fields

Read = Callable[[Fields], object]

READERS: dict[str, Read] = {
    "text": lambda fields: fields.text("it", max_length=10),
    "line": lambda fields: fields.line("it", max_length=10),
    "secret": lambda fields: fields.secret("it", max_length=10),
    "identifier": lambda fields: fields.identifier("it"),
    "identifiers": lambda fields: fields.identifiers("it", max_items=3),
    "boolean": lambda fields: fields.boolean("it"),
    "integer": lambda fields: fields.integer("it", minimum=1, maximum=5),
    "choice": lambda fields: fields.choice("it", ("all", "none")),
    "object": lambda fields: fields.object("it", max_bytes=20),
    "moment": lambda fields: fields.moment("it"),
}
TAKEN: list[tuple[str, object, object]] = [
    ("text", " a\r\nb ", "a\nb"),
    ("text", "0123456789", "0123456789"),
    ("text", "e\u0301" * 10, "é" * 10),
    ("line", " a \n b ", "a b"),
    ("secret", " a ", " a "),
    ("secret", "", ""),
    ("identifier", 7, 7),
    ("identifier", "7", 7),
    ("identifier", 2**53 - 1, 2**53 - 1),
    ("identifiers", [3, "1", 3], [3, 1]),
    ("identifiers", [], []),
    ("boolean", False, False),
    ("integer", 5, 5),
    ("choice", "all", "all"),
    ("object", {"a": [1]}, {"a": [1]}),
    ("moment", "2025-01-31T10:00:00+01:00", datetime(2025, 1, 31, 9, tzinfo=UTC)),
    ("moment", "2025-01-31T09:00:00.000Z", datetime(2025, 1, 31, 9, tzinfo=UTC)),
]
REFUSED: dict[str, list[object]] = {
    "text": [None, 1, True, ["a"], {"a": 1}, "", "  ", "x" * 11, "a\0", "a\x07", "\ud800"],
    "line": [None, 1, "", " \n ", "x" * 11, "a\0"],
    "secret": [None, 1, [], "x" * 11, "a\0"],
    "identifier": [
        None,
        0,
        -1,
        2**53,
        1.0,
        1.5,
        True,
        "0",
        "-1",
        "1.0",
        " 1",
        "",
        "١",
        "1e3",
        "9" * 5000,
        [1],
        {"id": 1},
    ],
    "identifiers": [None, 1, "1,2", {"a": 1}, [1, 2, 3, 4], [[1]], [None], [True], [0], ["x"]],
    "boolean": [None, 0, 1, "true", "false", "", [], {}],
    "integer": [None, 0, 6, True, 1.0, "3", [], 10**19],
    "choice": [None, "ALL", "", "other", 1, [], ["all"], {}],
    "object": [None, [], "x", 1, {"a": "x" * 20}, {"a": "é" * 8}],
    "moment": [
        *(None, 0, 1738314000000, "", "now", "2025-01-31", "2025-01-31T10:00:00", "2025-02-31T00:00:00Z"),
        *("0001-01-01T00:00:00Z", "9999-12-31T23:59:59-23:00"),
    ],
}


@pytest.mark.parametrize(("reader", "value", "read"), TAKEN)
def test_the_right_type_is_read(reader: str, value: object, read: object) -> None:
    assert READERS[reader](Fields({"it": value})) == read


@pytest.mark.parametrize(("reader", "value"), [(name, value) for name in REFUSED for value in REFUSED[name]])
def test_any_other_is_refused_at_its_field(reader: str, value: object) -> None:
    with pytest.raises(ValidationFailed) as refused:
        READERS[reader](Fields({"it": value}))

    assert list(refused.value.details) == ["it"]


@pytest.mark.parametrize("reader", READERS)
def test_a_missing_field_is_refused(reader: str) -> None:
    with pytest.raises(ValidationFailed, match=r"it: This is needed\."):
        READERS[reader](Fields({}))


def test_what_is_not_required_may_be_missing_or_null() -> None:
    for data in ({}, {"it": None}):
        fields = Fields(data)
        assert fields.text("it", max_length=5, required=False) is None
        assert fields.identifiers("it", max_items=5, required=False) is None
        assert fields.fields("it") is None


def test_a_nested_field_is_named_by_its_path() -> None:
    draft = Fields({"draft": {"text": 5}}).fields("draft")

    assert draft is not None
    with pytest.raises(ValidationFailed, match=r"draft\.text: A string is expected\."):
        draft.text("text", max_length=5)


def test_an_unknown_field_is_refused_where_all_are_known() -> None:
    with pytest.raises(ValidationFailed, match=r"nmae: There is no such field\."):
        Fields({"nmae": 1}).check_known(("name",))
