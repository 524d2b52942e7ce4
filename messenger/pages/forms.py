"""The forms of `/auth`. They take input as it comes: what is right is the services' to say."""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import ClassVar, TypeVar

from django import forms
from django.conf import settings
from django.forms.utils import ErrorDict
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from messenger.api.errors import error_headers
from messenger.errors import MessengerError, Suspended

Answer = TypeVar("Answer")

# how the services name the fields of these forms
_FIELDS = {"displayName": "display_name", "new": "password"}


def _box(kind: str, **attributes: str) -> dict[str, str]:
    return {"class": "field__input", "type": kind, **attributes}


def _suspension(error: Suspended) -> str:
    """Say until when and why; whoever reads it has proved that the account is theirs."""
    until, reason = error.details.get("until"), error.details.get("reason")
    if isinstance(until, str):
        moment = date_format(datetime.fromisoformat(until), "j F Y, H:i")
        sentence = gettext("Your account is suspended until %(moment)s UTC.") % {"moment": moment}
    else:
        sentence = gettext("Your account is suspended until a moderator lifts it.")
    return f"{sentence} {gettext('Reason: %(reason)s') % {'reason': reason}}" if reason else sentence


class PageForm(forms.Form):
    """A form that shows what a service refused beside the field that it was about."""

    use_required_attribute = True
    status: int = 200
    headers: Mapping[str, str] = MappingProxyType({})

    def submit(self, action: Callable[[], Answer]) -> Answer | None:
        """Call the service if the fields are filled in; None where it refused, with its sentences on the form."""
        if not self.is_valid():
            self.status = 400
            return None
        try:
            return action()
        except MessengerError as error:
            self.status, self.headers = error.status, error_headers(error)
            self._show(error)
            return None

    def _show(self, error: MessengerError) -> None:
        named = {_FIELDS.get(name, name): sentences for name, sentences in error.details.items()}
        shown = [name for name in named if name in self.fields]
        for name in shown:
            sentences = named[name]
            for sentence in sentences if isinstance(sentences, list) else [sentences]:
                self.add_error(name, str(sentence))
        if not shown:
            self.add_error(None, _suspension(error) if isinstance(error, Suspended) else error.message)

    @property
    def problems(self) -> ErrorDict:
        return self.errors


class SignInForm(PageForm):
    email = forms.CharField(
        label=_("E-mail address"), widget=forms.EmailInput(_box("email", autocomplete="username", inputmode="email"))
    )
    password = forms.CharField(
        label=_("Password"), strip=False, widget=forms.PasswordInput(_box("password", autocomplete="current-password"))
    )
    remember = forms.BooleanField(
        label=_("Keep me signed in"), required=False, widget=forms.CheckboxInput({"class": "check__input"})
    )


class SignUpForm(PageForm):
    display_name = forms.CharField(
        label=_("Your name"),
        help_text=_("Others see this name."),
        widget=forms.TextInput(_box("text", autocomplete="name")),
    )
    email = forms.CharField(
        label=_("E-mail address"), widget=forms.EmailInput(_box("email", autocomplete="username", inputmode="email"))
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        help_text=_("At least 8 characters."),
        widget=forms.PasswordInput(_box("password", autocomplete="new-password")),
    )
    role = forms.ChoiceField(label=_("I am a"), widget=forms.Select({"class": "field__input"}))

    _LABELS: ClassVar = {"customer": _("Customer"), "supplier": _("Supplier")}

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # Django's own arguments, passed on
        roles = [(role, self._LABELS[role]) for role in sorted(settings.MESSENGER_SIGNUP_ROLES)]
        field = self.fields["role"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = roles
        if len(roles) == 1:
            field.initial = roles[0][0]
            field.widget = forms.HiddenInput()


class ResetForm(PageForm):
    email = forms.CharField(
        label=_("E-mail address"), widget=forms.EmailInput(_box("email", autocomplete="username", inputmode="email"))
    )


class NewPasswordForm(PageForm):
    password = forms.CharField(
        label=_("New password"),
        strip=False,
        help_text=_("At least 8 characters."),
        widget=forms.PasswordInput(_box("password", autocomplete="new-password")),
    )
