"""Messages for moderators: who, when and where, and never what: that is read in its conversation, for a reason."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from messenger.models import Message, Participant, User
from moderation.admin.deeds import DeedPage, WithDeeds
from moderation.admin.reading import BoundedPaginator, ForModerators, conversation_link, link, person_link
from moderation.services.deeds import remove_message


@admin.register(Message)
class MessageAdmin(WithDeeds, ForModerators, admin.ModelAdmin):  # type: ignore[type-arg]  # no parameters at run time
    deeds = (
        DeedPage(
            name="remove",
            words="Remove for good",
            carry_out=lambda me, pk, data: remove_message(moderator=me, message_id=pk, reason=data["reason"]),
        ),
    )
    list_display = ("id", "place", "seq", "who", "type", "created_at", "has_attachments", "is_deleted", "is_removed")
    list_filter = ("type", "has_attachments", "removed_by_moderator", ("deleted_at", admin.EmptyFieldListFilter))
    list_select_related = ("sender",)
    search_fields = ("id",)
    search_help_text = "A message's or conversation's id, or a sender's whole e-mail address."
    ordering = ("-id",)
    paginator = BoundedPaginator
    show_full_result_count = False
    fields = (
        ("place", "seq", "version"),
        ("who", "type"),
        ("has_attachments", "has_reactions"),
        ("created_at", "edited_at", "deleted_at", "wiped_at"),
        ("is_removed", "door"),
        "moderation",
    )
    readonly_fields = ("place", "who", "is_removed", "moderation")

    def get_search_results(
        self,
        request: HttpRequest,  # noqa: ARG002 (Django's signature)
        queryset: QuerySet[Message],
        search_term: str,
    ) -> tuple[QuerySet[Message], bool]:
        """By ids and whole addresses only: both are quick among millions."""
        term = search_term.strip().lower()
        if not term:
            return queryset, False
        if term.isascii() and term.isdecimal() and len(term) < 17:
            return queryset.filter(pk=int(term)) | queryset.filter(conversation_id=int(term)), False
        sender = User.objects.filter(email=term).first()
        if sender is None:
            return queryset.none(), False
        places = Participant.objects.filter(user=sender).values("conversation_id")
        return queryset.filter(conversation_id__in=places, sender=sender), False

    @admin.display(description="conversation", ordering="conversation")
    def place(self, message: Message) -> SafeString | str:
        """Where it was said."""
        return conversation_link(message.conversation_id)

    @admin.display(description="sender")
    def who(self, message: Message) -> SafeString | str:
        """Who said it."""
        return person_link(message.sender)

    @admin.display(boolean=True, description="deleted")
    def is_deleted(self, message: Message) -> bool:
        """Whether anybody took it away."""
        return message.deleted_at is not None

    @admin.display(boolean=True, description="removed by a moderator")
    def is_removed(self, message: Message) -> bool:
        """Whether a moderator did."""
        return message.removed_by_moderator

    @admin.display(description="what can be done")
    def moderation(self, message: Message) -> SafeString:
        """Links to reading, removing and the record."""
        rows = [
            link(
                "messenger_conversation_look",
                "Read it …",
                message.conversation_id,
                query=f"?around={message.pk}#m{message.pk}",
            ),
            self.deed_link("remove", message.pk),
            link(
                "moderation_auditentry_changelist",
                "What was done",
                query=f"?target_type=message&target_id={message.pk}",
            ),
        ]
        return format_html_join(" · ", "{}", ((row,) for row in rows))
