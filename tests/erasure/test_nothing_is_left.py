from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from redis import Redis

from messenger.models import Conversation, Message, Offer, SignIn, User
from messenger.services.api_clients import create_client
from messenger.services.data_exports import CARRIER
from messenger.services.flow_conversations import NewFlowConversation, open_flow_conversation
from messenger.services.flows import FlowChanges
from messenger.services.outbox import work_off
from messenger.services.preview_pictures import stored
from notifications.models import Notification, Preferences
from presence.models import LastSeen
from tests.erasure.conftest import ME, erase, files_with, receipt, tables_with
from tests.rest import Rest
from tests.talks import CONVERSATIONS, M, client_of, open_direct, open_group, say

TOKEN = "zyxplanted77"


def _plant(as_alice: Rest, alice: User, bob: User, carol: User, adam: User, folder: Path) -> None:
    """Write the token wherever a person can leave it."""
    profile = {"displayName": f"Alice {TOKEN}", "avatar": f"/media/{TOKEN}.png"}
    assert as_alice.patch("/api/v4/auth/me", profile)[0] == 200
    User.objects.filter(pk=alice.pk).update(email=f"{TOKEN}@example.com", timezone="Europe/London")
    alice.refresh_from_db()
    direct = open_direct(as_alice, bob, metadata={"note": TOKEN})
    reference = {"type": "event", "referenceId": f"r-{TOKEN}", "referenceTitle": f"Title {TOKEN}"}
    open_direct(as_alice, bob, context=reference, message=f"About {TOKEN}", clientNonce=f"c-{TOKEN}")
    first = say(as_alice, direct, f"Hello {TOKEN}", clientNonce=f"n-{TOKEN}", metadata={"deep": {"er": TOKEN}})
    with stored(f"A picture {TOKEN}".encode()) as picture:
        picture.message_id = int(first["id"])
        picture.save()
    edited = say(as_alice, direct, f"Before {TOKEN}")
    as_alice.patch(f"{M}/messages/{edited['id']}", {"content": "After"})
    as_alice.post(f"{M}/messages/{say(client_of(bob), direct, 'Hi')['id']}/reactions", {"emoji": "👍"})
    as_alice.patch(f"{CONVERSATIONS}/{direct}", {"draft": {"text": f"Draft {TOKEN}", "baseRev": 0}})
    say(client_of(bob), direct, "Answer", replyTo=first["id"])
    file = SimpleUploadedFile(f"{TOKEN}.txt", f"In the file {TOKEN}".encode(), "text/plain")
    for path, name in ((f"{CONVERSATIONS}/{direct}/messages", "attachments"), (f"{M}/attachments", "file")):
        file.seek(0)
        sent = as_alice.django.post(path, {name: file}, headers=as_alice.headers)
        assert sent.status_code == 201, sent.content
    group = open_group(as_alice, bob, title=f"Party {TOKEN}")
    as_alice.post(f"{CONVERSATIONS}/{group}/participants", {"userIds": [carol.pk]})
    say(as_alice, group, f"In the group {TOKEN}")
    as_alice.post(f"{M}/blocks", {"userId": carol.pk, "reason": f"Because {TOKEN}"}, Idempotency_Key=f"k-{TOKEN}")
    Offer.objects.create(kind="package", slug=f"s-{TOKEN}", title=f"Offer {TOKEN}", text=TOKEN, owner=alice)
    named = {"type": "package", "referenceId": f"s-{TOKEN}"}
    client_of(bob).post(CONVERSATIONS, {"participantIds": [alice.pk], "context": named})
    create_client(name=f"Program {TOKEN}", owner=alice, scopes=[])
    flow: FlowChanges = {"awaiting_role": "customer", "current_action_data": {"buttons": [{"id": "yes"}]}}
    bid = open_flow_conversation(wanted=NewFlowConversation(type="bid", participant_ids=(alice.pk, bob.pk), flow=flow))
    as_alice.post(f"{CONVERSATIONS}/{bid.conversation.id}/actions", {"action": "yes", "data": {"why": TOKEN}})
    Rest().sign_in(alice.email, "correct horse battery staple")
    SignIn.objects.filter(user=alice).update(user_agent=f"Browser {TOKEN}")
    LastSeen.objects.create(user=alice, at=timezone.now(), status_text=TOKEN)
    Notification.objects.create(user=alice, type="message", title=TOKEN)
    Notification.objects.create(user=bob, type="message", title=f"Alice {TOKEN}", data={"senderId": str(alice.pk)})
    Preferences.objects.create(user=alice, choices={"note": TOKEN})
    kind = ContentType.objects.get_for_model(User)
    LogEntry.objects.create(
        user=adam, content_type=kind, object_id=str(alice.pk), object_repr=f"Alice {TOKEN}", action_flag=2
    )
    (folder / "mail" / "1.log").write_text(f"To: {alice.email}\n\nDear Alice")
    as_alice.post(f"{ME}/export")
    work_off(topic=CARRIER.topic)


@pytest.fixture
def planted(as_alice: Rest, alice: User, bob: User, carol: User, adam: User, folder: Path) -> None:
    _plant(as_alice, alice, bob, carol, adam, folder)


def test_a_full_scan_finds_the_token_before_and_nothing_after(
    planted: None, as_alice: Rest, folder: Path, settings: LazySettings
) -> None:
    settings.MESSENGER_ERASE_MESSAGES = "delete"
    before = tables_with(TOKEN)
    assert len(before) >= 15
    assert len(files_with(TOKEN, folder)) >= 3

    code = erase(as_alice)

    assert tables_with(TOKEN) == []
    assert [path for path in folder.rglob("*") if path.is_file()] == []
    made = receipt(code)
    assert [line for line in made["stores"] if line["state"] not in ("erased", "outside")] == []
    assert (made["state"], made["messages"]) == ("done", "delete")
    left = {line["store"]: (line["state"], line["remaining"]) for line in made["stores"]}
    assert {name for name, (_, remaining) in left.items() if remaining} == set()


def test_with_keep_only_words_to_others_stay(planted: None, as_alice: Rest, folder: Path) -> None:
    code = erase(as_alice)

    assert tables_with(TOKEN) == [
        "messenger_attachment",
        "messenger_conversation",
        "messenger_flowaction",
        "messenger_message",
    ]
    kept = {line["store"] for line in receipt(code)["stores"] if line["state"] == "kept" and line["remaining"]}
    assert kept == {
        "messages",
        "files of messages",
        "pictures of link previews",
        "titles, metadata and contexts of conversations",
        "actions in flows",
    }
    assert len(files_with(TOKEN, folder)) == 2


def test_no_key_in_valkey_holds_it(planted: None, as_alice: Rest, settings: LazySettings) -> None:
    store = Redis.from_url(settings.REDIS_URL)

    erase(as_alice)

    raw = TOKEN.encode()
    keys = [key for key in store.scan_iter("*") if raw in key or raw in (store.dump(key) or b"")]
    assert keys == []


def test_sessions_and_sign_ins_are_gone(planted: None, as_alice: Rest, alice: User, as_bob: Rest) -> None:
    assert as_bob.get("/api/v4/auth/me")[1]["user"] is not None
    before = Session.objects.count()

    erase(as_alice)

    assert before - Session.objects.count() == 2
    assert as_alice.get("/api/v4/auth/me")[1]["user"] is None
    assert not SignIn.objects.filter(user=alice).exists()


def test_messages_deleted_earlier_and_not_wiped_yet_go_as_well(as_alice: Rest, bob: User, mode: str) -> None:
    conversation = open_direct(as_alice, bob)
    as_alice.delete(f"{M}/messages/{say(as_alice, conversation, TOKEN)['id']}")
    Message.objects.update(deleted_at=timezone.now() - timedelta(minutes=5))

    erase(as_alice)

    assert (tables_with(TOKEN) == [], mode) in ((True, "delete"), (False, "keep"))


def test_a_conversation_that_nobody_else_is_in_is_deleted(as_alice: Rest, bob: User) -> None:
    as_bob = client_of(bob)
    conversation = open_direct(as_alice, bob)
    say(as_alice, conversation, "Hello")

    erase(as_alice)
    assert Conversation.objects.count() == 1
    erase(as_bob)

    assert (Conversation.objects.count(), Message.objects.count()) == (0, 0)
