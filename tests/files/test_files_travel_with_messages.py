from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from messenger.models import Attachment, Conversation, Message, Participant, User
from messenger.services.attachments import sweep_unsent
from messenger.services.editing import wipe_deleted_messages
from tests.files import samples
from tests.files.test_only_harmless_files_are_taken import upload
from tests.rest import Rest


def send(user: User, conversation: Conversation, *files: bytes, **fields: str) -> tuple[int, Any]:
    rest = Rest().as_user(user)
    attachments = [SimpleUploadedFile(f"{number}.png", content) for number, content in enumerate(files)]
    response = rest.django.post(
        f"/api/v4/messenger/conversations/{conversation.pk}/messages",
        {"attachments": attachments, **fields},
        headers=rest.headers,
    )
    return response.status_code, response.json()


def fetch(user: User, url: str, **headers: str) -> Any:
    """The answer, with its whole body in `body`."""
    answer: Any = Rest().as_user(user).django.get(url, headers=headers)
    answer.body = answer.getvalue()
    return answer


def files_in(folder: Path) -> list[Path]:
    return [path for path in (folder / "attachments").rglob("*") if path.is_file()]


def test_files_ride_along_with_a_send(alice: User, bob: User, conversation: Conversation) -> None:
    status, answer = send(alice, conversation, samples.picture(), samples.picture("JPEG"), content="Two pictures")

    message = answer["message"]
    assert (status, message["type"], len(message["attachments"])) == (201, "image", 2)
    got = fetch(bob, message["attachments"][0]["url"])
    assert (got.status_code, got["Content-Type"]) == (200, "image/png")
    assert got["X-Content-Type-Options"] == "nosniff"
    assert got["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert fetch(bob, message["attachments"][0]["thumbnailUrl"])["Content-Type"] == "image/webp"


def test_a_file_alone_needs_no_text(alice: User, conversation: Conversation) -> None:
    status, answer = send(alice, conversation, samples.PDF)

    assert (status, answer["message"]["type"], answer["message"]["content"]) == (201, "file", "")
    got = fetch(alice, answer["message"]["attachments"][0]["url"])
    assert got["Content-Disposition"].startswith("attachment; filename=")


def test_upload_first_and_send_later(alice: User, bob: User, conversation: Conversation) -> None:
    identifier = upload(alice, samples.picture())[1]["attachment"]["id"]
    rest = Rest().as_user(alice)
    path = f"/api/v4/messenger/conversations/{conversation.pk}/messages"

    status, answer = rest.post(path, {"content": "", "attachmentIds": [identifier]})

    assert (status, [item["id"] for item in answer["message"]["attachments"]]) == (201, [identifier])
    again = rest.post(path, {"content": "again", "attachmentIds": [identifier]})
    foreign = Rest().as_user(bob).post(path, {"content": "mine", "attachmentIds": [identifier]})
    assert (again[0], foreign[0]) == (400, 400)


def test_files_that_were_uploaded_one_by_one_are_too_many_bytes_together_too(
    alice: User, conversation: Conversation
) -> None:
    kept = [upload(alice, samples.picture())[1]["attachment"]["id"] for _ in range(3)]
    Attachment.objects.filter(pk__in=kept).update(size=9 * 1024 * 1024)
    rest = Rest().as_user(alice)
    path = f"/api/v4/messenger/conversations/{conversation.pk}/messages"

    status, answer = rest.post(path, {"content": "Holiday", "attachmentIds": kept})

    assert (status, answer["code"], answer["details"]) == (413, "file_too_large", {"limit": 26214400})
    assert not Message.objects.exists()
    assert rest.post(path, {"content": "Holiday", "attachmentIds": kept[:2]})[0] == 201


def test_the_same_nonce_with_the_same_files_is_one_message(
    alice: User, conversation: Conversation, tmp_path: Path
) -> None:
    first = send(alice, conversation, samples.picture(), clientNonce="n1")
    kept = len(files_in(tmp_path))

    again = send(alice, conversation, samples.picture(), clientNonce="n1")
    other = send(alice, conversation, samples.picture("JPEG"), clientNonce="n1")

    assert (first[0], again[0], other[0]) == (201, 200, 409)
    assert again[1]["message"]["id"] == first[1]["message"]["id"]
    assert (Message.objects.count(), Attachment.objects.count(), len(files_in(tmp_path))) == (1, 1, kept)


def test_nobody_else_can_fetch(alice: User, bob: User, carol: User, mallory: User, group: Conversation) -> None:
    url = send(alice, group, samples.picture())[1]["message"]["attachments"][0]["url"]
    unknown = fetch(mallory, "/api/v4/messenger/attachments/987654321")

    for person in (mallory,):
        refused = fetch(person, url)
        assert (refused.status_code, refused.json()) == (404, unknown.json())
    Participant.objects.filter(conversation=group, user=bob).update(left_at=timezone.now())
    Participant.objects.filter(conversation=group, user=carol).update(history_from_seq=99)
    assert [fetch(person, url).status_code for person in (bob, carol, alice)] == [404, 404, 200]
    assert Rest().django.get(url).status_code == 401


def test_an_unsent_file_is_its_owners_alone(alice: User, bob: User) -> None:
    url = upload(alice, samples.picture())[1]["attachment"]["url"]

    assert (fetch(alice, url).status_code, fetch(bob, url).status_code) == (200, 404)


def test_files_go_with_their_message(alice: User, conversation: Conversation, tmp_path: Path) -> None:
    message = send(alice, conversation, samples.picture())[1]["message"]
    url = message["attachments"][0]["url"]

    assert Rest().as_user(alice).delete(f"/api/v4/messenger/messages/{message['id']}")[0] == 200

    assert fetch(alice, url).status_code == 404
    assert len(files_in(tmp_path)) == 2
    Message.objects.update(deleted_at=timezone.now() - timedelta(minutes=1))
    assert wipe_deleted_messages() == 1
    assert (files_in(tmp_path), Attachment.objects.count()) == ([], 0)


def test_unsent_files_are_swept_after_a_day(alice: User, tmp_path: Path) -> None:
    upload(alice, samples.picture())
    assert sweep_unsent() == 0

    Attachment.objects.update(created_at=timezone.now() - timedelta(hours=24, seconds=1))

    assert sweep_unsent() == 1
    assert files_in(tmp_path) == []


@pytest.mark.parametrize(
    ("asked", "status", "body", "content_range"),
    [
        ("bytes=0-3", 206, b"0123", "bytes 0-3/10"),
        ("bytes=4-", 206, b"456789", "bytes 4-9/10"),
        ("bytes=-3", 206, b"789", "bytes 7-9/10"),
        ("bytes=8-99", 206, b"89", "bytes 8-9/10"),
        ("bytes=10-", 416, b"", "bytes */10"),
        ("bytes=5-2", 200, b"0123456789", None),
        ("bytes=a-b", 200, b"0123456789", None),
        ("items=0-1", 200, b"0123456789", None),
    ],
)
def test_ranges(alice: User, asked: str, status: int, body: bytes, content_range: str | None) -> None:
    url = upload(alice, b"0123456789")[1]["attachment"]["url"]

    got = fetch(alice, url, Range=asked)

    assert (got.status_code, got.body, got.get("Content-Range")) == (status, body, content_range)


def test_a_known_file_is_not_sent_again_but_checked(alice: User, bob: User) -> None:
    url = upload(alice, b"hello there")[1]["attachment"]["url"]
    etag = fetch(alice, url)["ETag"]

    for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        assert fetch(alice, url, **{"If-None-Match": known}).status_code == 304
    assert fetch(bob, url, **{"If-None-Match": etag}).status_code == 404


def test_eleven_files_and_too_many_bytes_are_refused(alice: User, conversation: Conversation) -> None:
    eleven = send(alice, conversation, *[samples.picture()] * 11)
    heavy = send(alice, conversation, *[b"a" * 9_000_000] * 3)

    assert (eleven[0], heavy[0], heavy[1]["code"]) == (400, 413, "file_too_large")
    assert not Message.objects.exists()
    assert not Attachment.objects.exists()


def test_a_stranger_cannot_make_us_decode(mallory: User, conversation: Conversation) -> None:
    assert send(mallory, conversation, samples.picture())[0] == 404
    assert not Attachment.objects.exists()
