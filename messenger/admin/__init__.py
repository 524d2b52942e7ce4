"""Django's admin of the kernel: people, where they are signed in, integrators' programs."""

from django.contrib import admin
from django.contrib.auth.models import Group

from messenger.admin import api_clients, conversations, offers, outbox, own_data, people, sign_ins

__all__ = ["api_clients", "conversations", "offers", "outbox", "own_data", "people", "sign_ins"]

admin.site.unregister(Group)
admin.site.password_change_form = people.OwnPasswordForm
admin.site.site_header = admin.site.site_title = "Messenger"
