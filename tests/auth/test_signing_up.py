import uuid

import pytest
from django.conf import LazySettings

from messenger.errors import RateLimited, ValidationFailed
from messenger.models import User
from messenger.services.sign_ins import Caller
from messenger.services.signing_up import sign_up
from tests.conftest import PASSWORD
from tests.rest import Rest


def _sign_up(**changes: str) -> User:
    said = {"email": "erin@example.com", "password": PASSWORD, "display_name": "Erin Evans", "role": "customer"}
    address = f"10.{uuid.uuid4().int % 250}.{uuid.uuid4().int % 250}.{uuid.uuid4().int % 250}"
    return sign_up(**{**said, **changes}, caller=Caller(address=address))


def test_a_new_account_signs_in(db: None) -> None:
    user = _sign_up(email=" Erin@Example.com ")

    assert (user.email, user.display_name, user.role) == ("erin@example.com", "Erin Evans", "customer")
    assert (user.is_staff, user.is_superuser, user.subscription_tier) == (False, False, "free")
    assert Rest().sign_in("erin@example.com", PASSWORD)[0] == 200


@pytest.mark.parametrize(
    ("field", "key", "value"),
    [
        ("email", "email", ""),
        ("email", "email", "no address"),
        ("email", "email", "a@b"),
        ("email", "email", f"{'x' * 250}@example.com"),
        ("password", "password", "short"),
        ("password", "password", "password123"),
        ("password", "password", "erin@example.com"),
        ("displayName", "display_name", ""),
        ("displayName", "display_name", "erin@example.com"),
        ("displayName", "display_name", "x" * 101),
        ("role", "role", "admin"),
        ("role", "role", ""),
        ("role", "role", "Customer"),
    ],
)
def test_what_cannot_be_is_named_and_makes_no_account(db: None, field: str, key: str, value: str) -> None:
    with pytest.raises(ValidationFailed) as refused:
        _sign_up(**{key: value})

    assert list(refused.value.details) == [field]
    assert not User.objects.exists()


def test_an_address_is_taken_once_however_it_is_spelled(alice: User) -> None:
    with pytest.raises(ValidationFailed) as refused:
        _sign_up(email="ALICE@example.com")

    assert list(refused.value.details) == ["email"]
    assert User.objects.count() == 1


@pytest.mark.parametrize(("roles", "is_taken"), [({"customer"}, False), ({"customer", "supplier"}, True)])
def test_the_operator_says_which_roles_may_be_chosen(
    db: None, settings: LazySettings, roles: set[str], is_taken: bool
) -> None:
    settings.MESSENGER_SIGNUP_ROLES = roles

    if is_taken:
        assert _sign_up(role="supplier").role == "supplier"
    else:
        with pytest.raises(ValidationFailed, match="role: "):
            _sign_up(role="supplier")


def test_accounts_are_not_made_by_the_thousand(db: None) -> None:
    caller = Caller(address="198.51.100.77")

    def ask(number: int) -> None:
        with pytest.raises(ValidationFailed):
            sign_up(email=f"{number}@example.com", password="x", display_name="X", role="customer", caller=caller)

    for number in range(100):
        ask(number)
    with pytest.raises(RateLimited):
        sign_up(email="101@example.com", password="x", display_name="X", role="customer", caller=caller)
