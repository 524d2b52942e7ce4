import pytest

from messenger.models import User
from tests.inputs.test_json_is_read_strictly import REFUSED
from tests.rest import Rest

ROUTES = [
    ("POST", "/api/v4/auth/login"),
    ("POST", "/api/v4/auth/token"),
    ("POST", "/api/v4/auth/token/refresh"),
    ("POST", "/api/v4/auth/token/revoke"),
    ("POST", "/api/v4/auth/password"),
    ("PATCH", "/api/v4/auth/me"),
]


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_a_bad_body_is_refused_and_changes_nothing(rest: Rest, alice: User, method: str, path: str) -> None:
    rest.as_user(alice)
    before = User.objects.values().get()

    answers = {name: rest.call(method, path, raw) for name, raw in REFUSED.items()}

    wrong = {
        name: answer for name, answer in answers.items() if (answer[0], answer[1]["code"]) != (400, "validation_error")
    }
    assert wrong == {}
    assert User.objects.values().get() == before


@pytest.mark.parametrize(
    "content_type",
    [
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/plain",
        "application/xml",
        "nonsense",
    ],
)
def test_another_content_type_is_refused(rest: Rest, alice: User, content_type: str) -> None:
    rest.as_user(alice)

    answer = rest.django.generic(
        "PATCH", "/api/v4/auth/me", b"displayName=Mallory", content_type=content_type, headers=rest.headers
    )

    assert (answer.status_code, answer.json()["code"]) == (400, "validation_error")
    assert User.objects.get().display_name == "Alice Martin"


def test_a_route_for_files_says_that_it_takes_a_form(rest: Rest, alice: User) -> None:
    status, answer = rest.as_user(alice).post("/api/v4/messenger/attachments", {"file": "x"})

    sentence = "A form with a file is expected here (multipart/form-data)."
    assert (status, answer["details"]) == (400, {"Content-Type": [sentence]})


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize(
    ("content_type", "raw"),
    [
        ("multipart/form-data", b"--x\r\n"),
        ("multipart/form-data; boundary=" + "x" * 500, b"--x\r\n"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\n"),
        ("multipart/form-data; boundary=x; charset=utf-16", b"--x--"),
        ("application/x-www-form-urlencoded; charset=latin-1", b"a=%ff"),
        ("application/x-www-form-urlencoded; charset=nonsense", b"a=%ff"),
        ("application/x-www-form-urlencoded", b"&".join(b"a=1" for _ in range(2000))),
        ("application/x-www-form-urlencoded", b"a=" + b"x" * 3_000_000),
        ("application/json; charset=\xff", b"[]"),
        ("", b"{}"),
    ],
)
def test_a_malformed_form_is_refused_too(
    rest: Rest, alice: User, route: tuple[str, str], content_type: str, raw: bytes
) -> None:
    headers = rest.as_user(alice).headers

    for sent in (headers, {**headers, "X-CSRF-Token": ""}):
        answer = rest.django.generic(*route, raw, content_type=content_type, headers=sent)
        assert answer.status_code in (400, 403)
        assert answer.json()["code"] in ("validation_error", "csrf_failed")


@pytest.mark.parametrize("content_type", ["application/json; charset=latin-1", "Application/JSON"])
def test_json_is_utf8_whatever_the_header_says(rest: Rest, alice: User, content_type: str) -> None:
    rest.as_user(alice).django.generic(
        "PATCH", "/api/v4/auth/me", '{"displayName": "Zoë"}'.encode(), content_type=content_type, headers=rest.headers
    )

    assert User.objects.get().display_name == "Zoë"
