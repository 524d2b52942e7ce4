"""The contract's table "Messages", called and refused row by row."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests import described
from tests.contracts.cases import Case, check_error_body, check_refusal, check_success, name_of
from tests.contracts.situations import after, an_hour_later, gated, sixty_reports_made, spam_words, used_up
from tests.contracts.stage import Stage
from tests.files import samples

M = "/api/v4/messenger"
PAGE = "messages hasMore nextCursor hasNewer previousCursor"
HELLO = {"content": "Hello"}
EDIT = {"content": "Hello again"}
THUMB = {"emoji": "👍"}
SPAM = {"reason": "spam", "details": "Third time"}
THEIRS = {"messageId": "$talk_by_bob"}
EVERY_FIELD = {"content": "See @bob", "type": "text", "replyTo": {"_id": "$talk_by_bob"}, "attachmentIds": ["$file"],
               "clientNonce": "n", "metadata": {"mentions": ["$bob"]}}  # fmt: skip
BOTH_EDITS, BOTH_DELETES = ("editMessage", "editMessageById"), ("deleteMessage", "deleteMessageById")
BOTH_REACTIONS = ("reactToMessage", "reactToMessageById")
BOTH_HISTORIES = ("listEarlierTexts", "listEarlierTextsById")
BOTH_REPORTS = ("reportMessage", "reportMessageInConversation")

SUCCESSES = (
    *(Case("listMessages", "200", query=query, answer=PAGE, why=query) for query in
      ("", "?limit=1", "?before=$talk_by_bob", "?after=seq:1&limit=1", "?around=seq:2&limit=1")),
    Case("sendMessage", "201", HELLO, answer="message"),
    Case("sendMessage", "201", EVERY_FIELD, answer="message", why="every field"),
    Case("sendMessage", "201", {**HELLO, "replyTo": "$talk_by_bob"}, answer="message", why="reply by id"),
    Case("sendMessage", "200", HELLO, key="k", answer="message", why="again",
         before=after(Case("sendMessage", "", {**HELLO, "clientNonce": "k"}))),
    *(Case(name, "200", EDIT, answer="message") for name in BOTH_EDITS),
    *(Case(name, "200", answer="message") for name in BOTH_DELETES),
    *(Case(name, "200", by="alice", at="group", path={"messageId": "$group_by_bob"}, answer="message",
         why="by an owner")
      for name in BOTH_DELETES),
    *(Case(name, "200", THUMB, path=THEIRS, answer="message reacted") for name in BOTH_REACTIONS),
    *(Case(name, "200", {**THUMB, "on": False}, answer="message reacted", why="set") for name in BOTH_REACTIONS),
    *(Case(name, "200", path=THEIRS, answer="history") for name in BOTH_HISTORIES),
    Case("restoreMessage", "200", path={"messageId": "$talk_by_deleted"}, answer="message"),
    Case("removePreview", "200", answer="message"),
    *(Case(name, "201", SPAM, path=THEIRS, answer="reportId") for name in BOTH_REPORTS),
    *(Case(name, "200", SPAM, path=THEIRS, answer="reportId", why="again",
           before=after(Case(name, "", {"reason": "other"}, path=THEIRS))) for name in BOTH_REPORTS),
    Case("reportConversation", "201", SPAM, answer="reportId"),
    Case("reportConversation", "200", SPAM, answer="reportId", why="again",
         before=after(Case("reportConversation", "", {"reason": "other"}))),
    Case("listBlocks", "200", answer="blocks count"),
    Case("blockPerson", "201", {"userId": "$bob", "reason": "Too loud"}, answer="block"),
    Case("blockPerson", "200", {"userId": "$bob"}, answer="block", why="again",
         before=after(Case("blockPerson", "", {"userId": "$bob"}))),
    Case("unblockPerson", "200", path={"userId": "$bob"}),
)  # fmt: skip

GATED = (
    Case("sendMessage", "", HELLO, details=""),
    *(Case(name, "", EDIT, details="") for name in BOTH_EDITS),
    *(Case(name, "", THUMB, details="") for name in BOTH_REACTIONS),
)

REFUSALS = (
    *(refusal for case in GATED for refusal in gated(case)),
    *(Case("restoreMessage", case.expected, at=case.at, path={"messageId": f"${case.at}_by_deleted"},
           before=case.before, details="") for case in gated(Case("restoreMessage", ""))),
    *(Case("listMessages", "400 validation_error", query=f"?{bad}", details=bad.partition("=")[0], why=bad)
      for bad in ("cursor=forged", "limit=0", "before=x", "after=seq:x", "around=%00")),
    Case("listMessages", "404 not_found", query="?around=$group_by_bob", details="", why="of another conversation"),
    *(Case(name, "429 rate_limited", before=used_up("READS"), path=THEIRS) for name in ("listMessages",
         *BOTH_HISTORIES)),
    *(Case("sendMessage", "400 validation_error", {**HELLO, **bad}, details=next(iter(bad)), why=next(iter(bad)))
      for bad in ({"content": "  "}, {"type": "system"}, {"replyTo": "$group_by_bob"}, {"attachmentIds": ["$absent"]},
                  {"clientNonce": ""}, {"metadata": {"a": "b" * 5000}})),
    Case("sendMessage", "400 validation_error", {"content": "a" * 10_001}, details="content", why="10001 characters"),
    Case("sendMessage", "400 validation_error", {"content": "a\u0000b"}, details="body", why="NUL"),
    Case("sendMessage", "400 validation_error", {**HELLO, "type": "automated"}, details="type", why="automated"),
    Case("sendMessage", "409 nonce_reused", EDIT, key="k", details="", before=after(Case("sendMessage", "", HELLO,
         key="k"))),
    Case("sendMessage", "409 nonce_reused", {**HELLO, "clientNonce": "k", "replyTo": "$talk_by_bob"}, details="",
         why="another reply", before=after(Case("sendMessage", "", HELLO, key="k"))),
    Case("sendMessage", "422 message_rejected", {"content": "My casino"}, before=spam_words),
    Case("sendMessage", "429 rate_limited", HELLO, before=used_up("MESSAGES")),
    *(Case(name, "403 edit_window_expired", EDIT, before=an_hour_later, details="") for name in BOTH_EDITS),
    *(Case(name, "403 not_allowed", EDIT, path=THEIRS, details="") for name in BOTH_EDITS),
    *(Case(name, "400 validation_error", {"content": ""}, details="content") for name in BOTH_EDITS),
    *(Case(name, "422 message_rejected", {"content": "My casino"}, before=spam_words) for name in BOTH_EDITS),
    *(Case(name, "403 not_allowed", path=THEIRS, details="") for name in BOTH_DELETES),
    *(Case(name, "400 validation_error", {"emoji": bad}, details="emoji", why=bad)
      for name in BOTH_REACTIONS for bad in ("x", "👍👍", "")),
    *(Case(name, "400 validation_error", {**THUMB, "on": 1}, details="on", why="on") for name in BOTH_REACTIONS),
    *(Case(name, "400 reason_required", by="adam", path=THEIRS, details="reason") for name in BOTH_HISTORIES),
    *(Case(name, "400 validation_error", query=f"?reason={'a' * 501}", by="adam", path=THEIRS, details="reason")
      for name in BOTH_HISTORIES),
    Case("restoreMessage", "403 not_allowed", details=""),
    Case("restoreMessage", "403 not_allowed", by="bob", path={"messageId": "$talk_by_deleted"}, details="",
         why="others"),
    Case("removePreview", "403 not_allowed", path=THEIRS, details=""),
    *(Case(name, "400 validation_error", {"reason": "boring"}, path=THEIRS, details="reason")
      for name in (*BOTH_REPORTS, "reportConversation")),
    *(Case(name, "400 validation_error", {**SPAM, "details": 7}, path=THEIRS, details="details", why="details")
      for name in (*BOTH_REPORTS, "reportConversation")),
    *(Case(name, "409 nonce_reused", {"reason": "other"}, key="k", path=THEIRS, details="",
           before=after(Case(name, "", SPAM, key="k", path=THEIRS))) for name in (*BOTH_REPORTS, "reportConversation")),
    *(Case(name, "429 rate_limited", SPAM, path=THEIRS, before=sixty_reports_made)
      for name in (*BOTH_REPORTS, "reportConversation")),
    Case("blockPerson", "400 validation_error", {"userId": "bob"}, details="userId"),
    Case("blockPerson", "400 validation_error", {"userId": "$alice"}, details="userId", why="oneself"),
    Case("blockPerson", "400 validation_error", {"userId": "$bob", "reason": "a" * 501}, details="reason",
         why="reason"),
    Case("blockPerson", "404 not_found", {"userId": "$absent"}, details=""),
    Case("blockPerson", "409 nonce_reused", {"userId": "$carol"}, key="k", details="",
         before=after(Case("blockPerson", "", {"userId": "$bob"}, key="k"))),
)  # fmt: skip


@pytest.mark.parametrize("case", SUCCESSES, ids=name_of)
def test_it_is_answered_as_promised(stage: Stage, case: Case) -> None:
    check_success(stage, case)


@pytest.mark.parametrize("case", REFUSALS, ids=name_of)
def test_it_is_refused_as_promised(stage: Stage, case: Case) -> None:
    check_refusal(stage, case)


def posted(stage: Stage, path: str, fields: dict[str, object], **headers: str) -> tuple[int, dict[str, object]]:
    """POST a form as a browser does, held against the API document."""
    client = stage.client("alice")
    answer = client.django.post(path, fields, headers={**client.headers, **headers})
    described.check(method="POST", address=path, sent=b"", sent_type="multipart/form-data",
                    status=answer.status_code, answered=answer.content)  # fmt: skip
    return answer.status_code, json.loads(answer.content)


def _file(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("picture.png", content)


def test_files_ride_along_or_are_uploaded_first(stage: Stage) -> None:
    uploaded = posted(stage, f"{M}/attachments", {"file": _file(samples.picture())})
    path = f"{M}/conversations/{stage.ids['talk']}/messages"
    sent = posted(stage, path, {"content": "Look", "attachments": [_file(samples.picture()) for _ in range(2)]})

    assert (uploaded[0], set(uploaded[1])) == (201, {"success", "attachment"})
    assert (sent[0], set(sent[1])) == (201, {"success", "message"})


@pytest.mark.parametrize("operation", ["uploadFile", "sendMessage"])
@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ([samples.SVG], (415, "unsupported_file_type")),
        ([b"a" * (10 * 1024 * 1024 + 1)], (413, "file_too_large")),
        ([b"a note"] * 11, (400, "validation_error")),
    ],
    ids=["a picture with script", "10 MiB and one byte", "eleven"],
)
def test_a_file_that_cannot_be_is_refused(
    stage: Stage, operation: str, files: list[bytes], expected: tuple[int, str]
) -> None:
    path = f"{M}/attachments" if operation == "uploadFile" else f"{M}/conversations/{stage.ids['talk']}/messages"
    name = "file" if operation == "uploadFile" else "attachments"

    status, answer = posted(stage, path, {name: [_file(content) for content in files]})

    check_error_body(answer)
    assert (status, answer["code"]) == expected


def test_uploads_have_a_limit_of_their_own_and_a_key_is_good_for_one_file(stage: Stage) -> None:
    path, key = f"{M}/attachments", {"Idempotency-Key": "k"}
    first = posted(stage, path, {"file": _file(b"a note")}, **key)
    reused = posted(stage, path, {"file": _file(b"another note")}, **key)
    used_up("UPLOADS")(stage)
    limited = posted(stage, path, {"file": _file(b"a note")})

    assert [first[0], (reused[0], reused[1]["code"]), (limited[0], limited[1]["code"])] == [
        201, (409, "nonce_reused"), (429, "rate_limited"),
    ]  # fmt: skip


def test_a_file_and_its_thumbnail_are_streamed_to_participants_with_every_header(stage: Stage) -> None:
    path = f"{M}/conversations/{stage.ids['talk']}/messages"
    message = posted(stage, path, {"attachments": [_file(samples.picture())]})[1]["message"]
    assert isinstance(message, dict)
    bob, (file,) = stage.client("bob"), message["attachments"]

    got = []
    for url, asked in ((file["url"], {}), (file["url"], {"Range": "bytes=0-9"}), (file["thumbnailUrl"], {})):
        got.append((bob.get(url, **asked)[0], len(bob.last.getvalue()) == 10))

    assert got == [(200, False), (206, True), (200, False)]
    assert bob.last.headers["Content-Disposition"].startswith("inline")
    assert bob.last.headers["X-Content-Type-Options"] == "nosniff"
    assert bob.last.headers["Cache-Control"].startswith("private")
    assert bob.last.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert [stage.client("mallory").get(file[name])[0] for name in ("url", "thumbnailUrl")] == [404, 404]
