import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from messenger import tasks
from messenger.models import DataExport, OutboxEntry, User
from messenger.services import data_exports, outbox
from messenger.services.preview_pictures import stored
from notifications.models import Notification
from tests.export.conftest import fetched
from tests.rest import Rest
from tests.talks import CONVERSATIONS, M, client_of, open_direct, open_group, say

EXPORT = "/api/v4/me/export"


def _archive(client: Rest) -> dict[str, bytes]:
    """What the zip of whoever is signed in holds, by name."""
    export_id = client.post(EXPORT)[1]["exportId"]
    outbox.work_off(topic="data-export")
    with zipfile.ZipFile(io.BytesIO(fetched(client, f"{EXPORT}/{export_id}"))) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_it_is_asked_for_made_by_a_task_and_fetched(as_alice: Rest, alice: User) -> None:
    status, answer = as_alice.post(EXPORT)
    path = f"{EXPORT}/{answer['exportId']}"
    waiting = as_alice.get(path)
    outbox.work_off(topic="data-export")

    content = fetched(as_alice, path)

    assert (status, answer["state"]) == (202, "waiting")
    assert (waiting[0], waiting[1]["state"]) == (202, "waiting")
    assert as_alice.last.headers["Content-Type"] == "application/zip"
    assert as_alice.last.headers["Content-Disposition"].startswith('attachment; filename="messenger-data-')
    profile = json.loads(zipfile.ZipFile(io.BytesIO(content)).read("profile.json"))
    assert (profile["email"], profile["userId"]) == ("alice@example.com", str(alice.pk))


def test_it_holds_conversations_as_the_person_sees_them(as_alice: Rest, alice: User, bob: User, carol: User) -> None:
    group = open_group(client_of(bob), carol, title="Party")
    say(client_of(bob), group, "Before alice")
    client_of(bob).post(f"{CONVERSATIONS}/{group}/participants", {"userIds": [alice.pk]})
    say(as_alice, group, "Mine")

    made = json.loads(_archive(as_alice)[f"conversations/{group}.json"])

    assert made["conversation"]["title"] == "Party"
    contents = [message["content"] for message in made["messages"]]
    assert (contents[-1], "Before alice" in contents) == ("Mine", False)


def test_it_holds_what_ones_messages_said_before_they_were_edited(as_alice: Rest, as_bob: Rest, bob: User) -> None:
    conversation = open_direct(as_alice, bob)
    for client, text in ((as_alice, "Mine"), (as_bob, "His"), (as_alice, "Deleted")):
        said = say(client, conversation, f"{text} before")
        client.patch(f"{M}/messages/{said['id']}", {"content": f"{text} after"})
    as_alice.delete(f"{M}/messages/{said['id']}")

    earlier = json.loads(_archive(as_alice)["earlier-texts.json"])

    assert [edit["content"] for edit in earlier] == ["Mine before"]


def test_it_holds_ones_own_files_and_nobody_elses(as_alice: Rest, as_bob: Rest, bob: User) -> None:
    conversation = open_direct(as_alice, bob)
    for client, text in ((as_alice, b"from alice"), (as_bob, b"from bob")):
        file = SimpleUploadedFile("notes.txt", text, "text/plain")
        client.django.post(f"{CONVERSATIONS}/{conversation}/messages", {"attachments": file}, headers=client.headers)

    files = {name: content for name, content in _archive(as_alice).items() if name.startswith("files/")}

    assert list(files.values()) == [b"from alice"]
    assert next(iter(files)).endswith("-notes.txt")


def test_it_holds_the_pictures_of_ones_own_links(as_alice: Rest, as_bob: Rest, bob: User) -> None:
    conversation = open_direct(as_alice, bob)
    for client, copy in ((as_alice, b"of alice"), (as_bob, b"of bob")):
        with stored(copy) as picture:
            picture.message_id = int(say(client, conversation)["id"])
            picture.save()

    files = {name: content for name, content in _archive(as_alice).items() if name.startswith("files/")}

    assert list(files.values()) == [b"of alice"]
    assert next(iter(files)).startswith("files/preview-")


def test_of_a_group_that_they_left_it_holds_their_words(as_alice: Rest, as_bob: Rest, alice: User, bob: User) -> None:
    group = open_group(as_bob, alice)
    say(as_bob, group, "Not hers")
    say(as_alice, group, "Hers")
    as_alice.delete(f"{CONVERSATIONS}/{group}/participants/{alice.pk}")

    archive = _archive(as_alice)

    assert f"conversations/{group}.json" not in archive
    elsewhere = json.loads(archive["messages-in-conversations-left.json"])
    assert [message["content"] for message in elsewhere] == ["Hers"]


def test_it_holds_what_rings_keep(as_alice: Rest, alice: User, bob: User) -> None:
    Notification.objects.create(user=alice, type="message", title="For alice")
    Notification.objects.create(user=bob, type="message", title="For bob")
    as_alice.post(f"{M}/blocks", {"userId": bob.pk, "reason": "Loud"})

    archive = _archive(as_alice)

    assert [row["title"] for row in json.loads(archive["notifications.json"])] == ["For alice"]
    assert json.loads(archive["blocks.json"])[0]["reason"] == "Loud"
    assert json.loads(archive["offers.json"]) == []
    assert b"password" not in b"".join(archive.values())


def test_nobody_else_gets_it(as_alice: Rest, as_bob: Rest) -> None:
    export_id = as_alice.post(EXPORT)[1]["exportId"]
    outbox.work_off(topic="data-export")

    foreign, absent = as_bob.get(f"{EXPORT}/{export_id}"), as_bob.get(f"{EXPORT}/999999")

    assert (foreign[0], foreign == absent) == (404, True)
    assert Rest().get(f"{EXPORT}/{export_id}")[0] == 401


def test_two_requests_are_one_while_it_waits(as_alice: Rest) -> None:
    first, second = as_alice.post(EXPORT), as_alice.post(EXPORT)

    assert first == second
    assert OutboxEntry.objects.count() == 1


def test_three_are_made_a_day(as_alice: Rest) -> None:
    for _ in range(3):
        as_alice.post(EXPORT)
        outbox.work_off(topic="data-export")

    status, answer = as_alice.post(EXPORT)

    assert (status, answer["code"], answer["details"]["limit"]) == (429, "rate_limited", 3)
    DataExport.objects.update(created_at=timezone.now() - timedelta(days=1, seconds=1))
    assert as_alice.post(EXPORT)[0] == 202


def test_it_is_kept_for_seven_days(as_alice: Rest) -> None:
    path = f"{EXPORT}/{as_alice.post(EXPORT)[1]['exportId']}"
    outbox.work_off(topic="data-export")
    export = DataExport.objects.get()
    assert export.expires_at is not None
    assert export.ready_at is not None
    assert export.expires_at - export.ready_at == timedelta(days=7)

    DataExport.objects.update(expires_at=timezone.now() - timedelta(hours=1))

    assert as_alice.get(path)[0] == 404
    assert tasks.sweep_data_exports() == 1
    assert (DataExport.objects.count(), storages["attachments"].exists(export.storage_name)) == (0, False)


def test_one_that_cannot_be_made_says_so_in_the_end(
    as_alice: Rest, monkeypatch: pytest.MonkeyPatch, settings: LazySettings
) -> None:
    path = f"{EXPORT}/{as_alice.post(EXPORT)[1]['exportId']}"

    def no_room(**_: object) -> None:
        raise OSError("no room")

    monkeypatch.setattr(data_exports, "write_archive", no_room)
    later = timezone.now()
    for _ in range(4):
        with pytest.raises(OSError, match="no room"):
            outbox.work_off(topic="data-export", now=later)
        later += timedelta(hours=2)
    outbox.work_off(topic="data-export", now=later)

    assert (as_alice.get(path)[1]["state"], OutboxEntry.objects.get().state) == ("failed", "dead")
    assert as_alice.post(EXPORT)[1]["exportId"] != path.rsplit("/", 1)[-1]
