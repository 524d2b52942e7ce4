"""Conversations, seats and blocks, to look at only: whoever wants to read messages gives a reason elsewhere."""

from django.contrib import admin
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest

from messenger.models import Block, Conversation, Participant

NAMES_SHOWN = 4


class _ReadOnly:
    """Nothing is added, changed or deleted here: that would go past the services."""

    def has_add_permission(self, _request: HttpRequest, _obj: models.Model | None = None) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: models.Model | None = None) -> bool:
        return False


class SeatInline(_ReadOnly, admin.TabularInline):  # type: ignore[type-arg]  # no parameters at run time
    """Who is and was in, without what is private to them."""

    model = Participant
    extra = 0
    fields = ("user", "member_role", "last_read_seq", "last_delivered_seq", "joined_at", "left_at")

    def has_view_permission(self, _request: HttpRequest, _obj: models.Model | None = None) -> bool:
        """Whoever sees the conversation sees who is in it."""
        return True

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Participant]:
        return super().get_queryset(request).select_related("user").order_by("pk")


@admin.register(Conversation)
class ConversationAdmin(_ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]  # no parameters at run time
    list_display = ("id", "type", "title", "people", "status", "last_seq", "last_activity_at")
    list_filter = ("type", "status", "context_type")
    search_fields = ("=id", "title", "context_title", "context_reference")
    search_help_text = "An id, a title, what it is about, or who takes part: a name, or a whole e-mail address."
    date_hierarchy = "created_at"
    ordering = ("-id",)
    inlines = (SeatInline,)
    fields = (
        ("type", "status", "title"),
        ("context_type", "context_reference", "context_title"),
        ("chat_status", "flow_state", "awaiting_role"),
        ("participant_count", "last_seq", "version"),
        "created_by",
        ("created_at", "last_activity_at"),
    )

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Conversation]:
        seats = Participant.objects.filter(conversation=OuterRef("pk"), left_at__isnull=True).order_by("pk")
        names = ArraySubquery(seats.values("user__display_name")[:NAMES_SHOWN])
        conversations: models.QuerySet[Conversation] = super().get_queryset(request).annotate(names=names)
        return conversations

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Conversation], search_term: str
    ) -> tuple[models.QuerySet[Conversation], bool]:
        """What the fields give, and what people of that name or address take part in."""
        found, has_doubles = super().get_search_results(request, queryset, search_term)
        term = search_term.strip()
        if not term:
            return found, has_doubles
        named = Q(user__display_name__icontains=term) | Q(user__email=term.lower())
        with_them = Exists(Participant.objects.filter(named, conversation=OuterRef("pk"), left_at__isnull=True))
        return found | queryset.filter(with_them), has_doubles

    @admin.display(description="people")
    def people(self, conversation: Conversation) -> str:
        """The first who take part, and how many more do."""
        names: list[str] = getattr(conversation, "names", [])
        more = conversation.participant_count - len(names)
        return ", ".join(names) + (f" and {more} more" if more > 0 else "")


@admin.register(Block)
class BlockAdmin(_ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]  # no parameters at run time
    list_display = ("blocker", "blocked", "reason", "created_at")
    list_select_related = ("blocker", "blocked")
    search_fields = ("blocker__display_name", "blocked__display_name")
    ordering = ("-id",)
