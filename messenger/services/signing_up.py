from django.conf import settings
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from messenger.errors import ValidationFailed
from messenger.models import User
from messenger.names import clean_display_name
from messenger.services import tries
from messenger.services.hashing import turn_at_hashing
from messenger.services.sign_ins import Caller


def sign_up(*, email: str, password: str, display_name: str, role: str, caller: Caller) -> User:
    """Make an account. Nothing of it is derived from the e-mail address.

    :raises ValidationFailed: a bad or taken address, a weak password, a name that cannot be shown, or a role that
        people may not sign up as (MESSENGER_SIGNUP_ROLES).
    :raises RateLimited: too many accounts were asked for from there.
    """
    tries.begin_try(account=email, caller=caller, purpose="sign-up")
    address = _clean_email(email)
    name = clean_display_name(display_name, email=address)
    if role not in settings.MESSENGER_SIGNUP_ROLES:
        raise ValidationFailed.at("role", "Nobody may sign up with this role here.")
    check_password_is_strong(password, user=User(email=address, display_name=name), field="password")
    try:
        with turn_at_hashing(), transaction.atomic():
            return User.objects.create_user(address, password, display_name=name, role=role)
    except (IntegrityError, ValidationError):
        raise ValidationFailed.at("email", "This address cannot be used; do you have an account already?") from None


def check_password_is_strong(password: str, *, user: User, field: str) -> None:
    """Refuse a password that is short, common or like the person's own data.

    :raises ValidationFailed: with all that is wrong with it.
    """
    try:
        password_validation.validate_password(password, user)
    except ValidationError as error:
        raise ValidationFailed.of({field: error.messages}) from None


def _clean_email(value: str) -> str:
    address = value.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise ValidationFailed.at("email", "An e-mail address is expected.") from None
    return address
