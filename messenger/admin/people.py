from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, BaseUserCreationForm, PasswordChangeForm, UserChangeForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from messenger.errors import ValidationFailed
from messenger.models import User
from messenger.names import clean_display_name
from messenger.services.new_faces import note_new_face
from messenger.services.passwords import set_password_for
from messenger.services.profiles import change_role, clean_locale, clean_timezone
from messenger.services.shared_fields import clean_avatar


class _Named:
    """What a person's fields may hold, here as everywhere."""

    cleaned_data: dict[str, Any]

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def clean_display_name(self) -> str:
        email = self.cleaned_data.get("email", "")
        return _cleaned(lambda name: clean_display_name(name, email=email), self.cleaned_data["display_name"])


class NewPersonForm(_Named, BaseUserCreationForm):  # type: ignore[type-arg]  # no parameters at run time
    class Meta:
        model = User
        fields = ("email", "display_name", "role")


class PersonForm(_Named, UserChangeForm):  # type: ignore[type-arg]  # no parameters at run time
    def clean_avatar(self) -> str:
        return _cleaned(clean_avatar, self.cleaned_data["avatar"])

    def clean_locale(self) -> str:
        return _cleaned(clean_locale, self.cleaned_data["locale"])

    def clean_timezone(self) -> str:
        return _cleaned(clean_timezone, self.cleaned_data["timezone"])


def _cleaned(clean: Callable[[str], str], value: str) -> str:
    try:
        return clean(value)
    except ValidationFailed as refusal:
        raise ValidationError(refusal.message) from refusal


class NewPasswordForm(AdminPasswordChangeForm):  # type: ignore[type-arg]  # no parameters at run time
    """Sets somebody's password and signs them out everywhere."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("usable_password", None)

    def save(self, commit: bool = True) -> User:  # noqa: ARG002 (Django's signature)
        user: User = self.user
        set_password_for(user=user, new=self.cleaned_data["password1"])
        return user


class OwnPasswordForm(PasswordChangeForm):
    """Sets one's own password and signs one out everywhere else."""

    def save(self, commit: bool = True) -> User:  # noqa: ARG002 (Django's signature)
        user: User = self.user
        set_password_for(user=user, new=self.cleaned_data["new_password1"])
        return user


@admin.register(User)
class PersonAdmin(UserAdmin):  # type: ignore[type-arg]  # no parameters at run time
    """People. What ends their sign-ins (password, role) goes through the services."""

    form = PersonForm
    add_form = NewPersonForm
    change_password_form = NewPasswordForm
    ordering = ("email",)
    list_display = ("email", "display_name", "role", "subscription_tier", "is_active", "suspended_until", "created_at")
    list_filter = ("role", "subscription_tier", "is_active", "is_staff")
    search_fields = ("email", "display_name")
    readonly_fields: ClassVar[Any] = (
        "is_active",
        "session_epoch",
        "created_at",
        "suspended_until",
        "suspension_reason",
        "erased_at",
    )
    filter_horizontal = ("user_permissions",)
    fieldsets: ClassVar[Any] = (
        (None, {"fields": ("email", "password", "display_name", "avatar", "role", "subscription_tier")}),
        ("Preferences", {"fields": ("locale", "timezone", "presence_visible")}),
        ("State", {"fields": readonly_fields}),
        ("Admin", {"fields": ("is_staff", "is_superuser", "user_permissions")}),
    )
    add_fieldsets: Any = ((None, {"fields": ("email", "display_name", "role", "password1", "password2")}),)

    def has_delete_permission(self, _request: HttpRequest, _obj: User | None = None) -> bool:
        """Nobody is deleted here: deactivate them, or let them erase themselves."""
        return False

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if not change:
            super().save_model(request, obj, form, change)
            return
        # nothing else, since the person or another moderator may change the rest in this moment
        obj.save(update_fields=[*(set(form.changed_data) - {"user_permissions"}), "updated_at"])
        if "role" in form.changed_data:
            change_role(user=obj, role=User.Role(obj.role))
        elif {"display_name", "avatar"} & set(form.changed_data):
            note_new_face(user=obj)
