"""What all pages for moderators share: who may see them, lists that stay quick, and links from one to another."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString

from messenger.models import User

MAX_COUNTED = 10_000


class ForModerators:
    """To look at, for administrators: nothing is added, changed or deleted past the services."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_moderator(request.user)

    def has_view_permission(self, request: HttpRequest, _obj: models.Model | None = None) -> bool:
        return is_moderator(request.user)

    def has_add_permission(self, _request: HttpRequest, _obj: models.Model | None = None) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: models.Model | None = None) -> bool:
        return False


class BoundedPaginator(Paginator):  # type: ignore[type-arg]  # no parameters at run time
    """Counts no further than 10,000: who looks for something narrows the list."""

    @cached_property
    def count(self) -> int:
        found: Any = self.object_list
        return int(found.order_by()[:MAX_COUNTED].count())


def is_moderator(user: User | AnonymousUser) -> bool:
    """True for administrators who may use Django's admin."""
    return isinstance(user, User) and user.is_staff and user.is_moderator


def moderator_of(request: HttpRequest) -> User:
    """Who acts; the pages let nobody else in."""
    assert isinstance(request.user, User)
    return request.user


def link(page: str, words: object, *args: object, query: str = "") -> SafeString:
    """A link to a page of the admin (`messenger_user_change`)."""
    return format_html('<a href="{}{}">{}</a>', reverse(f"admin:{page}", args=args), query, words)


def person_link(user: User | None) -> SafeString | str:
    """A link to somebody's page; a dash where there is nobody."""
    return "-" if user is None else link("messenger_user_change", user.display_name, user.pk)


def conversation_link(conversation_id: int | None) -> SafeString | str:
    """A link to a conversation's page; a dash where there is none."""
    if conversation_id is None:
        return "-"
    return link("messenger_conversation_change", conversation_id, conversation_id)
