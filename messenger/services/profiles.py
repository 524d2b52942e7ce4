"""One's own profile, and whether an account works at all."""

import re
import zoneinfo
from dataclasses import dataclass

from django.db import transaction

from messenger import bus
from messenger.errors import ValidationFailed
from messenger.events import VisibilityChanged
from messenger.models import User
from messenger.names import clean_display_name
from messenger.services.new_faces import note_new_face
from messenger.services.shared_fields import clean_avatar
from messenger.services.sign_ins import end_sign_ins

_OWN_FIELDS = ("display_name", "avatar", "locale", "timezone", "presence_visible")
_LOCALE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileChanges:
    """What to change; None leaves a field as it is, an empty `avatar` takes the picture away."""

    display_name: str | None = None
    avatar: str | None = None
    locale: str | None = None
    timezone: str | None = None
    presence_visible: bool | None = None


@transaction.atomic
def change_profile(*, user: User, changes: ProfileChanges) -> User:
    """Change one's own profile; a new name or picture is told wherever it shows.

    :raises ValidationFailed: a name that cannot be shown, a picture of another host, an unknown language or time zone.
    """
    before = {name: getattr(user, name) for name in _OWN_FIELDS}
    if changes.display_name is not None:
        user.display_name = clean_display_name(changes.display_name, email=user.email)
    if changes.avatar is not None:
        user.avatar = clean_avatar(changes.avatar)
    if changes.locale is not None:
        user.locale = clean_locale(changes.locale)
    if changes.timezone is not None:
        user.timezone = clean_timezone(changes.timezone)
    if changes.presence_visible is not None:
        user.presence_visible = changes.presence_visible
    # nothing else, since another device may change the rest in this moment
    changed = [name for name, value in before.items() if getattr(user, name) != value]
    user.save(update_fields=[*changed, "updated_at"])
    if "display_name" in changed or "avatar" in changed:
        note_new_face(user=user)
    if "presence_visible" in changed:
        bus.publish(VisibilityChanged(audience=(user.pk,)))
    return user


@transaction.atomic
def change_role(*, user: User, role: User.Role) -> None:
    """Make somebody a customer, a supplier or an administrator; they sign in again, and are it everywhere."""
    user.role = role
    user.save(update_fields=["role", "updated_at"])
    note_new_face(user=user)
    end_sign_ins(user=user, reason="role_changed")


@transaction.atomic
def deactivate(*, user: User) -> None:
    """Let nobody use the account any more; its sessions, tokens and sockets end. What it wrote stays."""
    user.is_active = False
    user.save(update_fields=["is_active", "updated_at"])
    end_sign_ins(user=user, reason="deactivated")


def reactivate(*, user: User) -> None:
    """Let somebody sign in again."""
    user.is_active = True
    user.save(update_fields=["is_active", "updated_at"])


def clean_locale(value: str) -> str:
    """A language's tag, such as `en` or `pt-BR`.

    :raises ValidationFailed: it is none.
    """
    return _known(value, bool(_LOCALE.fullmatch(value)), "locale")


def clean_timezone(value: str) -> str:
    """A time zone's name, such as `Europe/London`.

    :raises ValidationFailed: none of this name is known here.
    """
    return _known(value, value in zoneinfo.available_timezones(), "timezone")


def _known(value: str, is_known: bool, field: str) -> str:
    if not is_known:
        raise ValidationFailed.at(field, "This is not known here.")
    return value
