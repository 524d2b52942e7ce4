"""Every operation of the administration API, as data."""

from tests.talks import M

A = f"{M}/admin"

# (method, path, body): {talk}, {message}, {person} and {report} stand for ids
OPERATIONS: list[tuple[str, str, object]] = [
    ("GET", f"{A}/conversations", None),
    ("GET", f"{A}/conversations/{{talk}}?reason=Check", None),
    ("PATCH", f"{A}/conversations/{{talk}}", {"status": "closed", "reason": "Check"}),
    ("GET", f"{A}/conversations/{{talk}}/messages?reason=Check", None),
    ("DELETE", f"{A}/messages/{{message}}", {"reason": "Check"}),
    ("POST", f"{A}/users/{{person}}/warn", {"reason": "Check"}),
    ("POST", f"{A}/users/{{person}}/suspend", {"reason": "Check"}),
    ("POST", f"{A}/users/{{person}}/unsuspend", {"reason": "Check"}),
    ("GET", f"{A}/reports", None),
    ("GET", f"{A}/reports/{{report}}", None),
    ("PATCH", f"{A}/reports/{{report}}", {"status": "reviewing"}),
    ("GET", f"{A}/audit", None),
    ("GET", f"{A}/metrics", None),
]
