"""The contract's table "Administration", called and refused row by row."""

import pytest

from tests.contracts.cases import Case, check_refusal, check_success, name_of
from tests.contracts.situations import after
from tests.contracts.stage import Stage

WHY = "?reason=Complaint"
BECAUSE = {"reason": "Complaint"}
LIST = "count hasMore nextCursor"
PAGE = "messages hasMore nextCursor hasNewer previousCursor"
BOB = {"userId": "$bob"}
FILTERS = "search=bob&status=active&type=direct&reported=false&participant=$bob&skip=0&limit=5"
REPORT_FILTERS = "?status=open&reason=spam&conversationId=$talk&userId=$bob&limit=5"
AUDIT_FILTERS = ("?actorId=$adam&action=user_warned&targetType=user&targetId=$bob&conversationId=$talk"
                 "&since=2001-01-01T00:00:00Z&before=2999-01-01T00:00:00Z&limit=5")  # fmt: skip
METRICS = {"messages", "conversations", "users", "delivery", "sockets", "requests", "notifications", "attachments",
           "reports", "legacy"}  # fmt: skip


def _reported(stage: Stage) -> None:
    body = {"reason": "spam", "details": "Third time"}
    stage.ids["report"] = stage.call("alice", "POST", "/api/v4/messenger/messages/$talk_by_bob/report", body)[
        "reportId"
    ]


ONE_REPORT = {"reportId": "$report"}
MESSAGE = {"messageId": "$talk_by_bob"}

SUCCESSES = tuple(
    Case(name, expected, body, by="adam", path=path, query=query, answer=answer, before=_reported, why=why)
    for name, expected, body, path, query, answer, why in (
        ("listAllConversations", "200", None, {}, "", f"conversations total {LIST}", ""),
        ("listAllConversations", "200", None, {}, f"?{FILTERS}", f"conversations total {LIST}", "every parameter"),
        ("lookAtConversation", "200", None, {}, WHY, "conversation", ""),
        ("lookAtMessages", "200", None, {}, WHY, PAGE, ""),
        *(("lookAtMessages", "200", None, {}, f"{WHY}&limit=1&{anchor}", PAGE, anchor)
          for anchor in ("before=seq:3", "after=seq:1", "around=$talk_by_bob")),
        ("setConversationStatus", "200", {"status": "closed", **BECAUSE}, {}, "", "conversation", ""),
        ("removeMessage", "200", BECAUSE, MESSAGE, "", "message", ""),
        ("removeMessage", "200", None, MESSAGE, WHY, "message", "reason in the query"),
        ("warnPerson", "200", BECAUSE, BOB, "", "user", ""),
        ("suspendPerson", "200", BECAUSE, BOB, "", "user", ""),
        ("suspendPerson", "200", {**BECAUSE, "until": "2999-01-01T00:00:00Z"}, BOB, "", "user", "until"),
        ("unsuspendPerson", "200", BECAUSE, BOB, "", "user", ""),
        ("listReports", "200", None, {}, "", f"reports total {LIST}", ""),
        ("listReports", "200", None, {}, REPORT_FILTERS, f"reports total {LIST}", "every parameter"),
        ("getReport", "200", None, ONE_REPORT, "", "report", ""),
        ("changeReport", "200", {"status": "actioned", "note": "Spoke with both"}, ONE_REPORT, "", "report", ""),
        ("listAudit", "200", None, {}, "", f"entries {LIST}", ""),
        ("listAudit", "200", None, {}, AUDIT_FILTERS, f"entries {LIST}", "every parameter"),
        ("getMetrics", "200", None, {}, "", "metrics collectedAt", ""),
    )
)  # fmt: skip

REFUSALS = tuple(
    Case(name, expected, body, by="adam", path=path, query=query, details=details, before=_reported, why=why)
    for name, expected, body, path, query, details, why in (
        *(("listAllConversations", "400 validation_error", None, {}, f"?{bad}", bad.partition("=")[0], bad)
          for bad in ("search=%00", "status=x", "type=x", "reported=x", "participant=x", "cursor=x", "skip=-1",
                      "limit=0")),
        ("lookAtConversation", "400 reason_required", None, {}, "", "reason", ""),
        ("lookAtConversation", "400 validation_error", None, {}, f"?reason={'a' * 501}", "reason", ""),
        ("lookAtMessages", "400 reason_required", None, {}, "", "reason", ""),
        *(("lookAtMessages", "400 validation_error", None, {}, f"{WHY}&{bad}", bad.partition("=")[0], bad)
          for bad in ("cursor=x", "before=x", "after=x", "around=x", "limit=0")),
        ("setConversationStatus", "400 reason_required", {"status": "closed"}, {}, "", "reason", ""),
        ("setConversationStatus", "400 validation_error", {"status": "shut", **BECAUSE}, {}, "", "status", ""),
        ("setConversationStatus", "404 not_found", {"status": "closed", **BECAUSE}, {"conversationId": "$absent"}, "",
             "", ""),
        ("removeMessage", "400 reason_required", None, MESSAGE, "", "reason", ""),
        ("removeMessage", "400 validation_error", {"reason": 7}, MESSAGE, "", "reason", ""),
        ("removeMessage", "404 not_found", BECAUSE, {"messageId": "$absent"}, "", "", ""),
        *((name, "400 reason_required", {}, BOB, "", "reason", "") for name in ("warnPerson", "suspendPerson")),
        *((name, "400 validation_error", {"reason": 7}, BOB, "", "reason", "")
          for name in ("warnPerson", "suspendPerson", "unsuspendPerson")),
        *((name, "404 not_found", BECAUSE, {"userId": "$absent"}, "", "", "")
          for name in ("warnPerson", "suspendPerson", "unsuspendPerson")),
        *(("suspendPerson", "400 validation_error", {**BECAUSE, "until": bad}, BOB, "", "until", why)
          for bad, why in (("tomorrow", "no time"), ("2001-01-01T00:00:00Z", "long ago"))),
        ("suspendPerson", "400 validation_error", BECAUSE, {"userId": "$adam"}, "", "userId", "oneself"),
        *(("listReports", "400 validation_error", None, {}, f"?{bad}", bad.partition("=")[0], bad)
          for bad in ("status=x", "reason=x", "conversationId=x", "userId=x", "cursor=x", "limit=0")),
        ("getReport", "404 not_found", None, {"reportId": "$absent"}, "", "", ""),
        ("changeReport", "404 not_found", {"status": "reviewing"}, {"reportId": "$absent"}, "", "", ""),
        ("changeReport", "400 validation_error", {"status": "done"}, ONE_REPORT, "", "status", ""),
        ("changeReport", "400 validation_error", {"note": 7}, ONE_REPORT, "", "note", "note"),
        ("getEvidenceFile", "404 not_found", None, {**ONE_REPORT, "fileId": "$absent"}, "", "", ""),
        *(("listAudit", "400 validation_error", None, {}, f"?{bad}", bad.partition("=")[0], bad)
          for bad in ("actorId=x", "targetId=x", "conversationId=x", "since=x", "before=x", "cursor=x", "limit=0")),
    )
)  # fmt: skip
REFUSALS += (Case("warnPerson", "409 nonce_reused", {"reason": "Other"}, by="adam", path=BOB, key="k", details="",
                before=after(Case("warnPerson", "", BECAUSE, by="adam", path=BOB, key="k"))),)  # fmt: skip


@pytest.mark.parametrize("case", SUCCESSES, ids=name_of)
def test_it_is_answered_as_promised(stage: Stage, case: Case) -> None:
    check_success(stage, case)


@pytest.mark.parametrize("case", REFUSALS, ids=name_of)
def test_it_is_refused_as_promised(stage: Stage, case: Case) -> None:
    check_refusal(stage, case)


@pytest.mark.parametrize("by", ["alice", "integrator"])
@pytest.mark.parametrize("case", SUCCESSES, ids=name_of)
def test_it_is_for_administrators_alone(stage: Stage, case: Case, by: str) -> None:
    refused = Case(case.operation, "403 admin_required", case.body, by=by, path=case.path, query=case.query, details="",
                   before=case.before)  # fmt: skip

    check_refusal(stage, refused)


def test_figures_have_the_contracts_groups(stage: Stage) -> None:
    answer = check_success(stage, Case("getMetrics", "200", by="adam", answer="metrics collectedAt"))

    assert set(answer["metrics"]) == METRICS
