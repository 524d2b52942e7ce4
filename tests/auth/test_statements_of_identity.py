import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from messenger.models import User
from messenger.services.api_clients import create_client
from tests.conftest import PASSWORD
from tests.rest import Rest

ME = "/api/v4/auth/me"


@pytest.mark.parametrize("how", ["session", "token", "client"])
def test_knowing_who_asks_costs_one_statement(alice: User, how: str) -> None:
    rest = _rest_of(alice, how)

    with CaptureQueriesContext(connection) as statements:
        answer = rest.get(ME)[1]

    assert answer["user"]["id"] == str(alice.pk)
    assert len(statements) == 1


def test_nobody_costs_none(rest: Rest) -> None:
    with CaptureQueriesContext(connection) as statements:
        assert rest.get(ME)[1]["user"] is None

    assert len(statements) == 0


def _rest_of(user: User, how: str) -> Rest:
    if how == "session":
        return Rest().as_user(user)
    if how == "client":
        rest = Rest(token=create_client(name="shop", owner=user, scopes=[])[1])
        rest.get(ME)
        return rest
    pair = Rest(csrf=False).post("/api/v4/auth/token", {"email": user.email, "password": PASSWORD})[1]
    return Rest(token=pair["access"])
