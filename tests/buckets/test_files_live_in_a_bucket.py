import io
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.storage import storages
from django.utils import timezone

from messenger.errors import Unavailable
from messenger.models import Attachment, Conversation, DataExport, Message, User
from messenger.services import outbox
from messenger.services.attachments import sweep_unsent
from messenger.services.data_exports import sweep_exports
from messenger.services.editing import wipe_deleted_messages
from moderation.models import Evidence, EvidenceFile
from tests.buckets.conftest import stored_in
from tests.files import samples
from tests.files.test_files_travel_with_messages import fetch, send
from tests.files.test_only_harmless_files_are_taken import upload
from tests.ground.processes import free_port
from tests.rest import Rest
from tests.talks import M, open_direct

Names = Callable[[], list[str]]
DIGITS = b"0123456789"


@pytest.fixture
def talk(as_alice: Rest, bob: User, bucket: str) -> Conversation:
    """The direct conversation of alice and bob, whose files lie in the bucket."""
    return Conversation.objects.get(pk=open_direct(as_alice, bob))


def test_a_file_and_its_thumbnail_lie_in_the_bucket_for_its_owner_alone(
    alice: User, talk: Conversation, client: Any, bucket: str, names: Names
) -> None:
    send(alice, talk, samples.picture())

    kept = Attachment.objects.get()
    assert sorted(names()) == [f"messenger/{kept.storage_name}", f"messenger/{kept.thumbnail_name}"]
    for name in names():
        acl = client.get_object_acl(Bucket=bucket, Key=name)
        assert [(grant["Grantee"]["ID"], grant["Permission"]) for grant in acl["Grants"]] == [
            (acl["Owner"]["ID"], "FULL_CONTROL")
        ]


def test_it_is_streamed_through_this_host_and_nobody_is_sent_elsewhere(
    alice: User, bob: User, talk: Conversation, client: Any, bucket: str
) -> None:
    shown = send(alice, talk, samples.picture())[1]["message"]["attachments"][0]

    got, small = fetch(bob, shown["url"]), fetch(bob, shown["thumbnailUrl"])

    kept = Attachment.objects.get()
    stored = client.get_object(Bucket=bucket, Key=f"messenger/{kept.storage_name}")["Body"].read()
    assert (got.status_code, got["Content-Type"], got.body) == (200, "image/png", stored)
    assert got["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert (small.status_code, small["Content-Type"], small.body[8:12]) == (200, "image/webp", b"WEBP")
    assert "Location" not in got
    assert bucket not in json.dumps(shown)


@pytest.mark.parametrize(
    ("asked", "status", "body", "content_range"),
    [
        ("bytes=0-3", 206, b"0123", "bytes 0-3/10"),
        ("bytes=4-", 206, b"456789", "bytes 4-9/10"),
        ("bytes=-3", 206, b"789", "bytes 7-9/10"),
        ("bytes=10-", 416, b"", "bytes */10"),
    ],
)
def test_ranges(alice: User, bucket: str, asked: str, status: int, body: bytes, content_range: str) -> None:
    url = upload(alice, DIGITS)[1]["attachment"]["url"]

    got = fetch(alice, url, Range=asked)

    assert (got.status_code, got.body, got["Content-Range"]) == (status, body, content_range)


def test_a_file_is_read_from_where_one_stands(bucket: str) -> None:
    storage = storages["attachments"]
    name = storage.save("a/b", io.BytesIO(DIGITS * 100_000))

    with storage.open(name) as file:
        assert (file.size, file.read(3)) == (1_000_000, b"012")
        assert (file.seek(999_995), file.read(), file.read()) == (999_995, b"56789", b"")
        assert (file.seek(-2, io.SEEK_END), file.tell(), file.read(9)) == (999_998, 999_998, b"89")
        assert (file.seek(0), len(file.read())) == (0, 1_000_000)


def test_two_files_of_one_name_do_not_overwrite_each_other(bucket: str) -> None:
    storage = storages["attachments"]

    first, second = (storage.save("same", io.BytesIO(text)) for text in (b"1", b"2"))

    assert first != second
    with storage.open(first) as one, storage.open(second) as two:
        assert (one.read(), two.read()) == (b"1", b"2")


def test_outsiders_get_what_is_said_of_absent_files(alice: User, mallory: User, talk: Conversation) -> None:
    url = send(alice, talk, samples.picture())[1]["message"]["attachments"][0]["url"]

    refused, absent = fetch(mallory, url), fetch(mallory, f"{M}/attachments/987654321")

    assert (refused.status_code, refused.json()) == (404, absent.json())


def test_files_go_with_their_message(alice: User, talk: Conversation, names: Names) -> None:
    message = send(alice, talk, samples.picture())[1]["message"]
    Rest().as_user(alice).delete(f"{M}/messages/{message['id']}")
    assert (fetch(alice, message["attachments"][0]["url"]).status_code, len(names())) == (404, 2)
    Message.objects.update(deleted_at=timezone.now() - timedelta(minutes=1))

    assert wipe_deleted_messages() == 1

    assert names() == []


def test_unsent_files_are_swept_after_a_day(alice: User, names: Names) -> None:
    upload(alice, samples.picture())
    Attachment.objects.update(created_at=timezone.now() - timedelta(hours=24, seconds=1))

    assert sweep_unsent() == 1

    assert names() == []


def test_a_reported_file_is_copied_as_evidence(
    alice: User, as_bob: Rest, adam: User, talk: Conversation, names: Names
) -> None:
    message = send(alice, talk, DIGITS)[1]["message"]

    report = as_bob.post(f"{M}/messages/{message['id']}/report", {"reason": "harassment"})[1]["reportId"]

    kept = EvidenceFile.objects.get(evidence=Evidence.objects.get(report_id=report))
    assert f"messenger/{kept.storage_name}" in names()
    got = fetch(adam, f"{M}/admin/reports/{report}/files/{kept.pk}")
    assert (got.status_code, got.body, got["Content-Length"]) == (200, DIGITS, "10")


def test_exports_hold_files_and_lie_there_too(alice: User, as_alice: Rest, talk: Conversation, names: Names) -> None:
    send(alice, talk, DIGITS)
    export = as_alice.post("/api/v4/me/export")[1]["exportId"]
    outbox.work_off(topic="data-export")

    with zipfile.ZipFile(io.BytesIO(fetch(alice, f"/api/v4/me/export/{export}").body)) as archive:
        files = [archive.read(name) for name in archive.namelist() if name.startswith("files/")]

    assert files == [DIGITS]
    assert [name.split("/")[1] for name in names() if name.endswith(".zip")] == ["exports"]
    DataExport.objects.update(expires_at=timezone.now() - timedelta(hours=1))
    assert sweep_exports() == 1
    assert len(names()) == 1


def test_a_bucket_out_of_reach_is_our_fault_for_a_moment(
    alice: User, talk: Conversation, settings: LazySettings
) -> None:
    url = send(alice, talk, samples.picture())[1]["message"]["attachments"][0]["url"]
    nowhere = stored_in("files", f"http://127.0.0.1:{free_port()}")
    settings.STORAGES = {**settings.STORAGES, "attachments": nowhere}

    got, taken = fetch(alice, url), upload(alice, samples.picture())

    assert (got.status_code, got.json()["code"], got["Retry-After"]) == (503, "unavailable", "1")
    assert (taken[0], taken[1]["code"], Attachment.objects.count()) == (503, "unavailable", 1)


def test_what_could_not_be_deleted_is_deleted_by_the_next_sweep(
    alice: User, names: Names, settings: LazySettings
) -> None:
    upload(alice, samples.picture())
    Attachment.objects.update(created_at=timezone.now() - timedelta(hours=24, seconds=1))
    there, nowhere = settings.STORAGES, stored_in("files", f"http://127.0.0.1:{free_port()}")
    settings.STORAGES = {**there, "attachments": nowhere}
    with pytest.raises(Unavailable):
        sweep_unsent()
    settings.STORAGES = there

    assert sweep_unsent() == 1

    assert names() == []


def test_a_wrong_key_is_no_message_of_amazons(alice: User, settings: LazySettings, s3: str) -> None:
    settings.STORAGES = {**settings.STORAGES, "attachments": stored_in("no-such-bucket", s3)}

    status, answer = upload(alice, samples.picture())

    assert (status, answer["code"], "bucket" in answer["message"]) == (503, "unavailable", False)
