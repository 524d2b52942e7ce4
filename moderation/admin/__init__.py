"""Django's admin for moderators: reports, looks and deeds for a reason, and the record of it all."""

from moderation.admin import audit, conversations, messages, people, reports

__all__ = ["audit", "conversations", "messages", "people", "reports"]
