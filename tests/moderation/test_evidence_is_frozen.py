from datetime import timedelta

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from messenger.models import Attachment, Message, User
from messenger.services.attachments import upload
from messenger.services.editing import wipe_deleted_messages
from moderation.models import Evidence, EvidenceFile
from moderation.services.evidence import hash_of, is_intact
from tests.rest import Rest
from tests.talks import CONVERSATIONS, M, lines, say

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def _report(client: Rest, message_id: str) -> Evidence:
    status, answer = client.post(f"{M}/messages/{message_id}/report", {"reason": "harassment"})
    assert status == 201, answer
    return Evidence.objects.get(report_id=answer["reportId"])


def _wipe(message_id: str) -> None:
    Message.objects.filter(pk=message_id).update(deleted_at=timezone.now() - timedelta(minutes=2))
    assert wipe_deleted_messages() == 1


def test_it_holds_the_message_and_its_surroundings(as_alice: Rest, as_bob: Rest, bob: User, talk: str) -> None:
    lines(bob, talk, 12)
    message = say(as_bob, talk, "The one", metadata={"mood": 1e2})
    lines(bob, talk, 3)

    snapshot = _report(as_alice, message["id"]).snapshot

    assert snapshot["message"]["content"] == "The one"
    assert [item["content"] for item in snapshot["before"]] == [f"Line {number}" for number in range(2, 12)]
    assert [item["content"] for item in snapshot["after"]] == ["Line 0", "Line 1", "Line 2"]
    assert {item["displayName"] for item in snapshot["conversation"]["participants"]} == {"Alice Martin", "Bob Baker"}


def test_it_survives_edit_deletion_and_wiping(as_alice: Rest, as_bob: Rest, talk: str) -> None:
    message = say(as_bob, talk, "I know where you live")
    as_bob.patch(f"{M}/messages/{message['id']}", {"content": "I know where you work"})
    frozen = _report(as_alice, message["id"])
    as_bob.patch(f"{M}/messages/{message['id']}", {"content": "Good morning"})
    as_bob.delete(f"{M}/messages/{message['id']}")
    _wipe(message["id"])

    kept = Evidence.objects.get(pk=frozen.pk)

    assert kept.snapshot["message"]["content"] == "I know where you work"
    assert [edit["content"] for edit in kept.snapshot["message"]["edits"]] == ["I know where you live"]
    assert (kept.snapshot, kept.sha256, is_intact(kept)) == (frozen.snapshot, frozen.sha256, True)
    assert Message.objects.get(pk=message["id"]).content == ""


def test_what_its_sender_deletes_at_once_is_kept_all_the_same(as_alice: Rest, as_bob: Rest, talk: str) -> None:
    message = say(as_bob, talk, "Said and taken back")
    as_bob.delete(f"{M}/messages/{message['id']}")

    reported = _report(as_alice, message["id"]).snapshot["message"]

    assert (reported["content"], reported["isDeleted"]) == ("Said and taken back", True)


def test_deleted_lines_around_it_are_not_kept(as_alice: Rest, as_bob: Rest, talk: str) -> None:
    gone = say(as_bob, talk, "Somebody's secret")
    as_bob.delete(f"{M}/messages/{gone['id']}")
    message = say(as_bob, talk, "The one")

    (before,) = _report(as_alice, message["id"]).snapshot["before"]

    assert (before["content"], before["isDeleted"]) == ("", True)


def test_what_lies_before_the_reporters_history_is_not_in_it(
    as_alice: Rest, as_bob: Rest, bob: User, carol: User
) -> None:
    group = as_alice.post(CONVERSATIONS, {"type": "group", "participantIds": [carol.pk]})[1]["conversation"]["id"]
    say(as_alice, group, "Not for bob")
    as_alice.post(f"{CONVERSATIONS}/{group}/participants", {"userIds": [bob.pk]})
    message = say(as_alice, group, "For all")

    snapshot = _report(as_bob, message["id"]).snapshot

    assert "Not for bob" not in str(snapshot)


def test_files_are_copied_and_stay_when_the_message_is_wiped(
    as_alice: Rest, as_bob: Rest, bob: User, talk: str
) -> None:
    (file,) = upload(owner=bob, files=[SimpleUploadedFile("bill.pdf", PDF)])
    message = say(as_bob, talk, "Pay this", attachmentIds=[str(file.pk)])
    evidence = _report(as_alice, message["id"])
    as_bob.delete(f"{M}/messages/{message['id']}")
    _wipe(message["id"])

    (kept,) = evidence.files.all()

    with storages["attachments"].open(kept.storage_name) as copy:
        assert copy.read() == PDF
    assert not Attachment.objects.exists()
    assert (kept.filename, kept.sha256) == ("bill.pdf", evidence.snapshot["message"]["attachments"][0]["sha256"])


def test_a_second_report_shares_the_copy(as_alice: Rest, as_bob: Rest, bob: User, talk: str) -> None:
    (file,) = upload(owner=bob, files=[SimpleUploadedFile("bill.pdf", PDF)])
    message = say(as_bob, talk, "Pay this", attachmentIds=[str(file.pk)])

    for client in (as_alice, as_bob):
        _report(client, message["id"])

    assert len(set(EvidenceFile.objects.values_list("storage_name", flat=True))) == 1


def test_the_hash_tells_whether_it_was_changed(as_alice: Rest, as_bob: Rest, talk: str) -> None:
    evidence = _report(as_alice, say(as_bob, talk, "The one", metadata={"a": 0.5, "b": [1e19, 1e-19, -0.0, 2]})["id"])
    stored = Evidence.objects.get(pk=evidence.pk)

    assert hash_of(stored.snapshot) == stored.sha256
    stored.snapshot["message"]["content"] = "Another one"
    assert not is_intact(stored)


def test_the_database_refuses_to_change_it(as_alice: Rest, as_bob: Rest, talk: str) -> None:
    _report(as_alice, say(as_bob, talk)["id"])

    for statement in ("UPDATE moderation_evidence SET sha256 = ''", "UPDATE moderation_evidence SET snapshot = '{}'"):
        with pytest.raises(DatabaseError, match="evidence is frozen"), transaction.atomic(), connection.cursor() as c:
            c.execute(statement)
