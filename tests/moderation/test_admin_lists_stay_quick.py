import re

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from messenger.models import (
    ApiClient,
    Block,
    Conversation,
    DataExport,
    Erasure,
    FlowAction,
    Message,
    Offer,
    OutboxEntry,
    SignIn,
    User,
)
from moderation.models import AuditEntry, Report


def _people(first: int, last: int) -> list[User]:
    rows = [User(email=f"p{n}@example.com", display_name=f"Person {n}") for n in range(first, last)]
    return User.objects.bulk_create(rows)


def _fill(first: int, last: int) -> None:
    """Rows of every kind that the admin lists, each with people and conversations of its own."""
    now = timezone.now()
    for n, one in enumerate(_people(first, last), start=first):
        talk = Conversation.objects.create(type="group", title=f"Group {n}", created_by=one, last_seq=1)
        said = Message.objects.create(conversation=talk, seq=1, version=1, countable_seq=1, sender=one, content="Hello")
        other = User.objects.create(email=f"o{n}@example.com", display_name=f"Other {n}")
        Report.objects.create(reporter=other, conversation=talk, message=said, reported_user=one, reason="spam")
        OutboxEntry.objects.create(topic="flow-action", payload={"id": n})
        Block.objects.create(blocker=one, blocked=other)
        SignIn.objects.create(user=one, kind="token", session_epoch=0, expires_at=now)
        Offer.objects.create(kind="package", slug=f"offer-{n}", title="Hall", owner=one)
        ApiClient.objects.create(name=f"Shop {n}", owner=one, token_hash=f"{n:064}", token_prefix="msk_0")
        DataExport.objects.create(user=one)
        Erasure.objects.create(user=other, code_hash=f"{n:064}", messages="keep")
        FlowAction.objects.create(conversation=talk, user=one, action="accept", version=1)
        AuditEntry.objects.create(actor_id=one.pk, actor_name="A", action="x", target_type="user", target_id=other.pk)


LISTS = sorted(
    f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
    for model in admin.site._registry
    if model._meta.app_label in ("messenger", "moderation", "notifications")
)


@pytest.mark.parametrize("address", LISTS)
def test_a_list_takes_as_many_statements_for_thirty_rows_as_for_three(adam: User, address: str) -> None:
    desk = Client()
    desk.force_login(adam)
    _fill(0, 3)
    desk.get(address)

    with CaptureQueriesContext(connection) as few:
        assert desk.get(address).status_code == 200
    _fill(3, 30)
    with CaptureQueriesContext(connection) as many:
        page = desk.get(address)

    assert page.status_code == 200
    assert len(many) == len(few), "\n".join(re.sub(r"\s+", " ", entry["sql"])[:200] for entry in many.captured_queries)
