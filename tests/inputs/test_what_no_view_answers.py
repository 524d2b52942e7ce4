import json

import pytest
from django.conf import LazySettings
from django.test import Client

from config.error_answers import server_error
from tests.rest import Rest


@pytest.mark.django_db
def test_a_host_that_is_not_ours_is_told_in_the_contracts_words(settings: LazySettings) -> None:
    settings.ALLOWED_HOSTS = ["chat.example.com"]

    answer = Client().get("/api/v4/auth/me", headers={"Host": "evil.example"})

    assert answer.status_code == 400
    assert answer.json() == {
        "success": False,
        "error": "This request is not valid.",
        "message": "This request is not valid.",
        "code": "validation_error",
        "details": {},
    }


@pytest.mark.parametrize(("path", "is_json"), [("/api/v4/auth/me", True), ("/messenger/", False)])
def test_a_defect_is_told_without_its_secrets(rest: Rest, path: str, is_json: bool) -> None:
    request = rest.django.get(path).wsgi_request

    answer = server_error(request)

    assert answer.status_code == 500
    assert (answer.headers["Content-Type"] == "application/json") is is_json
    if is_json:
        assert json.loads(answer.content)["code"] == "internal_error"
