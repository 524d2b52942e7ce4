from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.utils import timezone

from messenger import tasks
from messenger.events import ConversationGone, Event
from messenger.models import Attachment, Conversation, Message, User
from tests.rest import Rest
from tests.talks import CONVERSATIONS, M, client_of, listed, open_direct, open_group, say, seen

LONG_AGO = timedelta(days=40)


@pytest.fixture
def as_alice(alice: User) -> Rest:
    return client_of(alice)


@pytest.fixture
def as_bob(bob: User) -> Rest:
    return client_of(bob)


@pytest.fixture(autouse=True)
def thirty_days(settings: LazySettings, tmp_path: Path) -> None:
    settings.MESSENGER_RETENTION = {"direct": 30}
    kept = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "attachments": kept}


def _age(*message_ids: str) -> None:
    Message.objects.filter(pk__in=message_ids).update(created_at=timezone.now() - LONG_AGO)


def _command(*arguments: str) -> str:
    said = StringIO()
    call_command("apply_retention", *arguments, stdout=said)
    return said.getvalue()


def test_old_messages_are_wiped_and_keep_their_places(as_alice: Rest, as_bob: Rest, bob: User, tmp_path: Path) -> None:
    conversation = open_direct(as_alice, bob)
    file = SimpleUploadedFile("notes.txt", b"old notes", "text/plain")
    path = f"{CONVERSATIONS}/{conversation}/messages"
    as_alice.django.post(path, {"attachments": file, "content": "Old"}, headers=as_alice.headers)
    _age(str(Message.objects.get().pk))
    say(as_alice, conversation, "New")
    known = {key: seen(as_bob, conversation)[key] for key in ("version", "privateVersion", "pointerSum")}

    tasks.keep_retention()

    first, second = as_bob.get(path)[1]["messages"]
    assert (first["seq"], first["isDeleted"], first["content"], second["content"]) == (1, True, "", "New")
    assert (seen(as_bob, conversation)["unreadCount"], Attachment.objects.count()) == (1, 0)
    assert [item for item in tmp_path.rglob("*") if item.is_file()] == []
    answer = as_bob.post(f"{M}/sync", {"conversations": {conversation: known}})[1]
    assert [message["seq"] for message in answer["messages"][conversation]] == [1]
    assert as_bob.get(f"{M}/search?q=Old")[1]["results"] == []


def test_a_conversation_that_fell_silent_goes_as_a_whole(
    as_alice: Rest, as_bob: Rest, alice: User, bob: User, published: list[Event]
) -> None:
    conversation = open_direct(as_alice, bob)
    say(as_alice, conversation)
    Conversation.objects.update(last_activity_at=timezone.now() - LONG_AGO)
    published.clear()

    tasks.keep_retention()

    (event,) = published
    assert isinstance(event, ConversationGone)
    assert (set(event.audience), event.is_seat_ended) == ({alice.pk, bob.pk}, True)
    assert (listed(as_alice), listed(as_bob), Message.objects.count()) == ([], [], 0)


def test_other_types_are_kept(as_alice: Rest, bob: User) -> None:
    group = open_group(as_alice, bob)
    _age(say(as_alice, group, "Old")["id"])
    Conversation.objects.update(last_activity_at=timezone.now() - LONG_AGO)

    tasks.keep_retention()

    assert Message.objects.get(content="Old").wiped_at is None


def test_a_dry_run_says_what_would_go_and_changes_nothing(as_alice: Rest, bob: User, carol: User) -> None:
    silent, going_on = open_direct(as_alice, bob), open_direct(as_alice, carol)
    say(as_alice, silent)
    _age(say(as_alice, going_on)["id"], say(as_alice, going_on)["id"])
    Conversation.objects.filter(pk=silent).update(last_activity_at=timezone.now() - LONG_AGO)

    said = _command("--dry-run")

    assert said == "direct, 30 days: 1 conversations and 2 messages of others would be deleted.\n"
    assert Message.objects.filter(deleted_at__isnull=True).count() == 3
    assert _command() == "direct, 30 days: 1 conversations and 2 messages of others deleted.\n"
    assert _command() == "direct, 30 days: 0 conversations and 0 messages of others deleted.\n"


def test_without_a_rule_everything_is_kept(settings: LazySettings, db: None) -> None:
    settings.MESSENGER_RETENTION = {}

    assert _command() == "MESSENGER_RETENTION is empty: everything is kept.\n"
