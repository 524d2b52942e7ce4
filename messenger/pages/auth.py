"""`/auth`: signing in, up and out, and a new password by mail. Works without script."""

from typing import Any, cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from messenger.callers import caller_of
from messenger.pages.doors import private, safe_place
from messenger.pages.forms import NewPasswordForm, PageForm, ResetForm, SignInForm, SignUpForm
from messenger.services.passwords import person_of_reset_link, request_password_reset, set_password_by_link
from messenger.services.sessions import SessionStore
from messenger.services.signing_in import open_session, sign_in, sign_out
from messenger.services.signing_up import sign_up

_FORMS: dict[str, type[PageForm]] = {"signin": SignInForm, "signup": SignUpForm, "reset": ResetForm}


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def auth(request: HttpRequest) -> HttpResponse:
    """`?mode=signin|signup|reset`; a POST with `mode=signout` signs out."""
    mode = request.GET.get("mode", "signin")
    place = safe_place(request.GET.get("redirect") or request.GET.get("next"))
    if mode == "signout":
        return _leave(request)
    if request.user.is_authenticated:
        return private(HttpResponseRedirect(place))
    mode = mode if mode in _FORMS else "signin"
    form = _FORMS[mode](request.POST or None)
    if request.method == "POST":
        return _answer(request, form, mode=mode, place=place)
    return _show(request, form, mode=mode, place=place)


def _answer(request: HttpRequest, form: PageForm, *, mode: str, place: str) -> HttpResponse:
    done = form.submit(lambda: {"signin": _enter, "signup": _join, "reset": _ask}[mode](request, form.cleaned_data))
    if not done:
        return _show(request, form, mode=mode, place=place)
    if mode == "reset":
        return _told(
            request,
            heading=_("Look into your mail"),
            lead=_("If there is an account with this address, a link to choose a new password is on its way."),
        )
    return private(HttpResponseRedirect(place))


def _enter(request: HttpRequest, said: dict[str, Any]) -> bool:
    sign_in(**said, session=_session(request), caller=caller_of(request))
    rotate_token(request)
    return True


def _join(request: HttpRequest, said: dict[str, Any]) -> bool:
    caller = caller_of(request)
    open_session(user=sign_up(**said, caller=caller), session=_session(request), remember=True, caller=caller)
    rotate_token(request)
    return True


def _ask(request: HttpRequest, said: dict[str, Any]) -> bool:
    request_password_reset(**said, caller=caller_of(request))
    return True


def _leave(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        sign_out(session=_session(request))
    return private(HttpResponseRedirect("/auth?mode=signin"))


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def new_password(request: HttpRequest, uid: str, token: str) -> HttpResponse:
    """Where a mailed link leads: choose a new password, once."""
    if person_of_reset_link(uid=uid, token=token) is None:
        heading = _("This link is not valid any more")
        lead = _("It works once, and for one hour. You can ask for a new one.")
        return _told(request, heading=heading, lead=lead, status=410)
    form = NewPasswordForm(request.POST or None)
    if request.method == "POST":
        changed = form.submit(lambda: set_password_by_link(uid=uid, token=token, new=form.cleaned_data["password"]))
        if changed is not None:
            return private(HttpResponseRedirect("/auth?mode=signin&reason=password-changed"))
    shown = {
        "form": form,
        "heading": _("Choose a new password"),
        "submit": _("Save the password"),
        "action": request.path,
    }
    return _shown(request, form, shown)


def _show(request: HttpRequest, form: PageForm, *, mode: str, place: str) -> HttpResponse:
    words = {
        "signin": (_("Sign in"), _("Good to see you again."), _("Sign in")),
        "signup": (_("Create account"), _("It takes a minute."), _("Create account")),
        "reset": (_("New password"), _("We mail you a link to choose one."), _("Send the link")),
    }
    heading, lead, submit = words[mode]
    shown = {
        "heading": heading,
        "lead": lead,
        "form": form,
        "submit": submit,
        "action": _address(mode, place),
        "notices": _notices(request),
        "links": [(_address(other, place), words) for other, words in _ways(mode)],
    }
    return _shown(request, form, shown)


def _shown(request: HttpRequest, form: PageForm, shown: dict[str, Any]) -> HttpResponse:
    response = render(request, "auth/form.html", shown, status=form.status)
    for name, value in form.headers.items():
        response[name] = value
    return private(response)


def _told(request: HttpRequest, *, heading: str, lead: str, status: int = 200) -> HttpResponse:
    links = [(_address(mode, ""), words) for mode, words in _ways("")]
    return private(render(request, "auth/form.html", {"heading": heading, "lead": lead, "links": links}, status=status))


def _ways(mode: str) -> list[tuple[str, str]]:
    ways = [("signin", _("Sign in")), ("signup", _("Create account")), ("reset", _("Forgot your password?"))]
    return [way for way in ways if way[0] != mode]


def _notices(request: HttpRequest) -> list[str]:
    reasons = {
        "session-ended": _("Your session has ended. Please sign in again."),
        "password-changed": _("Your new password is set. Please sign in with it."),
    }
    reason = reasons.get(request.GET.get("reason", ""))
    return [reason] if reason else []


def _address(mode: str, place: str) -> str:
    query = {"mode": mode} | ({"redirect": place} if place else {})
    return f"/auth?{urlencode(query)}"


def _session(request: HttpRequest) -> SessionStore:
    return cast(SessionStore, request.session)
