import pytest

from messenger.cursors import read_cursor, sign_cursor
from messenger.errors import ValidationFailed


def test_a_cursor_comes_back_as_it_went() -> None:
    cursor = sign_cursor([7, "2025-01-31T09:00:00+00:00", None], scope="inbox", user_id=1)

    assert read_cursor(cursor, scope="inbox", user_id=1) == [7, "2025-01-31T09:00:00+00:00", None]


@pytest.mark.parametrize("cursor", ["", "x", ".", "e30.e30", "WzFd", "x" * 100_000, "\ud800", "é.é", "[7]"])
def test_a_forged_one_is_refused(cursor: str) -> None:
    with pytest.raises(ValidationFailed, match=r"cursor: This cursor is not valid here\."):
        read_cursor(cursor, scope="inbox", user_id=1)


@pytest.mark.parametrize(("scope", "user_id"), [("inbox", 2), ("messages:1", 1), ("inbox:", 1)])
def test_a_foreign_one_is_refused(scope: str, user_id: int) -> None:
    with pytest.raises(ValidationFailed):
        read_cursor(sign_cursor([7], scope="inbox", user_id=1), scope=scope, user_id=user_id)


def test_a_changed_one_is_refused() -> None:
    cursor = sign_cursor([7], scope="inbox", user_id=1)

    for place in range(len(cursor)):
        changed = cursor[:place] + ("A" if cursor[place] != "A" else "B") + cursor[place + 1 :]
        with pytest.raises(ValidationFailed):
            read_cursor(changed, scope="inbox", user_id=1)
