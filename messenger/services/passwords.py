"""New passwords: by who knows the old one, or by who holds a link that was mailed."""

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.http import base36_to_int, int_to_base36

from messenger.errors import InvalidCredentials, ValidationFailed
from messenger.models import User
from messenger.services import tries
from messenger.services.credentials import check_own_password
from messenger.services.mail import post_mail
from messenger.services.sign_ins import Caller, end_sign_ins
from messenger.services.signing_up import check_password_is_strong


def change_password(*, user: User, current: str, new: str, sign_in_id: int | None, caller: Caller) -> None:
    """Set a new password and end the person's other sign-ins, sockets included.

    :raises InvalidCredentials: `current` is wrong.
    :raises ValidationFailed: the new one is weak.
    :raises RateLimited: too many tries have failed.
    """
    check_own_password(user=user, password=current, caller=caller)
    check_password_is_strong(new, user=user, field="new")
    if not _set_password(user, new, instead_of=user.password, except_sign_in_id=sign_in_id):
        raise InvalidCredentials("The current password is wrong.")


def request_password_reset(*, email: str, caller: Caller) -> None:
    """Mail a link to who has an account. Says nothing, and takes as long, whether there is one.

    :raises RateLimited: too many were asked for.
    """
    tries.begin_try(account=email, caller=caller, purpose="reset")
    user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    path = _link_of(user or User(pk=0))
    if user is not None:
        text = render_to_string("messenger/mail/password_reset.txt", {"name": user.display_name, "link": path})
        post_mail(to=user.email, subject="A new password for Messenger", text=text)


def person_of_reset_link(*, uid: str, token: str) -> User | None:
    """Whom a link lets choose a new password; None where it is used, too old or made up."""
    try:
        user = User.objects.filter(pk=base36_to_int(uid), is_active=True).first()
    except ValueError:
        return None
    return user if user is not None and default_token_generator.check_token(user, token) else None


def set_password_by_link(*, uid: str, token: str, new: str) -> User:
    """Set a new password by a mailed link, once, and end every sign-in of the person.

    :raises ValidationFailed: the link is used, too old or made up, or the password is weak.
    """
    user = person_of_reset_link(uid=uid, token=token)
    if user is None:
        raise _spent_link()
    check_password_is_strong(new, user=user, field="new")
    if not _set_password(user, new, instead_of=user.password):
        raise _spent_link()
    return user


def set_password_for(*, user: User, new: str) -> None:
    """Give somebody a new password, as an administrator does, and end all their sign-ins.

    :raises ValidationFailed: it is weak.
    """
    check_password_is_strong(new, user=user, field="new")
    _set_password(user, new)


@transaction.atomic
def _set_password(user: User, new: str, *, instead_of: str | None = None, except_sign_in_id: int | None = None) -> bool:
    """False where the stored password is not `instead_of` any more: of two changes at once one has lost."""
    user.set_password(new)
    people = User.objects.filter(pk=user.pk)
    rows = people if instead_of is None else people.filter(password=instead_of)
    is_set = rows.update(password=user.password, updated_at=timezone.now()) > 0
    if is_set:
        end_sign_ins(user=user, reason="password_changed", except_sign_in_id=except_sign_in_id)
    return is_set


def _spent_link() -> ValidationFailed:
    return ValidationFailed.at("link", "This link is not valid any more; please ask for a new one.")


def _link_of(user: User) -> str:
    return f"{settings.BASE_URL}/auth/reset/{int_to_base36(user.pk)}/{default_token_generator.make_token(user)}/"
