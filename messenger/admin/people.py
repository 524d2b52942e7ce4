from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, BaseUserCreationForm, PasswordChangeForm
from django.db.models import QuerySet
from django.http import HttpRequest

from messenger.models import User
from messenger.services.new_faces import note_new_face
from messenger.services.passwords import set_password_for
from messenger.services.profiles import change_role, deactivate, reactivate


class NewPersonForm(BaseUserCreationForm):  # type: ignore[type-arg]  # no parameters at run time
    class Meta:
        model = User
        fields = ("email", "display_name", "role")

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


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
    """People. What ends their sign-ins (password, role, deactivation) goes through the services."""

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
    actions = ("deactivate_chosen", "reactivate_chosen")

    def has_delete_permission(self, _request: HttpRequest, _obj: User | None = None) -> bool:
        """Nobody is deleted here: deactivate them, or let them erase themselves."""
        return False

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change and "role" in form.changed_data:
            change_role(user=obj, role=User.Role(obj.role))
        elif change and {"display_name", "avatar"} & set(form.changed_data):
            note_new_face(user=obj)

    @admin.action(description="Deactivate: sign out everywhere and let nobody sign in", permissions=["change"])
    def deactivate_chosen(self, _request: HttpRequest, chosen: QuerySet[User]) -> None:
        for user in chosen:
            deactivate(user=user)

    @admin.action(description="Reactivate", permissions=["change"])
    def reactivate_chosen(self, _request: HttpRequest, chosen: QuerySet[User]) -> None:
        for user in chosen:
            reactivate(user=user)
