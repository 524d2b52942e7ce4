"""The contract's table "Conversations", called and refused row by row."""

import pytest

from tests.contracts.cases import Case, check_refusal, check_success, name_of
from tests.contracts.situations import after, closed_by_a_moderator, gated, spam_words, suspended, used_up
from tests.contracts.stage import Stage

LIST = "conversations count total hasMore nextCursor"
OPENED = "conversation message isExisting"
GROUP = {"type": "group", "participantIds": ["$bob", "$carol"]}
NEW_PEOPLE = {"userIds": ["$mallory"]}
READ = "lastReadSeq unreadCount markedCount"
DRAFT = {"text": "Dear Bob", "baseRev": 0}
OWN = {"isPinned": True, "isMuted": True, "mutedUntil": "2999-01-01T00:00:00Z", "isArchived": True,
       "markUnread": True, "notify": "mentions",
       "draft": {**DRAFT, "replyToId": "$talk_by_bob", "attachmentIds": ["$file"]}}  # fmt: skip
FILTERS = "unread=true&pinned=false&archived=false&status=active&type=direct&context=package&search=bob&limit=5&skip=0"

SUCCESSES = (
    Case("listConversations", "200", answer=LIST),
    Case("listConversations", "200", query=f"?{FILTERS}", answer=LIST, why="every parameter"),
    Case("openConversation", "201", {"participantIds": ["$mallory"]}, answer=OPENED),
    Case("openConversation", "200", {"recipientId": "$bob"}, answer=OPENED, why="existing by its alias"),
    Case("openConversation", "201", {**GROUP, "title": "Trip", "avatar": "/static/a.png", "metadata": {"a": 1},
         "message": "Hello", "clientNonce": "n", "context": {"type": "event", "referenceId": "fair", "title": "Fair"}},
         answer=OPENED, why="every field"),
    Case("getConversation", "200", answer="conversation"),
    Case("changeConversation", "200", OWN, answer="conversation", why="own"),
    Case("changeConversation", "200", {"markRead": True}, answer="conversation", why="read"),
    Case("changeConversation", "200", {"title": "Autumn party", "avatar": None, "metadata": {"a": 1},
         "status": "closed"}, at="group", answer="conversation", why="shared"),
    Case("deleteConversation", "200"),
    Case("listParticipants", "200", answer="participants count"),
    Case("addParticipants", "200", NEW_PEOPLE, at="group", answer="conversation"),
    Case("addParticipants", "200", {**NEW_PEOPLE, "shareHistory": True}, at="group", answer="conversation", why="all"),
    Case("changeMemberRole", "200", {"memberRole": "admin"}, at="group", path={"userId": "$bob"},
         answer="conversation"),
    Case("removeParticipant", "200", at="group", path={"userId": "$bob"}),
    Case("removeParticipant", "200", at="group", path={"userId": "$carol"}, by="carol", why="leaving"),
    Case("markRead", "200", answer=READ),
    Case("markRead", "200", {"upToSeq": 1}, answer=READ, why="up to a number"),
    Case("markRead", "200", {"upToMessageId": "$talk_by_bob"}, answer=READ, why="up to a message"),
    Case("listReceipts", "200", answer="seq delivered read"),
    Case("listReceipts", "200", query="?seq=1", answer="seq delivered read", why="of one"),
    Case("setTyping", "200"),
    Case("setTyping", "200", {"isTyping": False}, why="no more"),
    Case("setTypingIn", "200", {"conversationId": "$talk", "isTyping": True}),
    Case("countUnread", "200", answer="unreadCount count conversations"),
    Case("countUnreadAlias", "200", answer="unreadCount count conversations"),
    Case("getLimits", "200", answer="tier messages conversations uploads search"),
    Case("listContacts", "200", answer="contacts count"),
    Case("listContacts", "200", query="?q=bob&role=supplier&limit=1", answer="contacts count", why="every parameter"),
    Case("searchMessages", "200", query="?q=alice", answer="results count hasMore nextCursor"),
    Case("searchMessages", "200", query="?q=alice&conversationId=$talk&from=$alice&before=2999-01-01T00:00:00Z"
         "&after=2001-01-01T00:00:00Z&hasAttachment=false&limit=3",
         answer="results count hasMore nextCursor", why="every parameter"),
)  # fmt: skip

GATED = (
    Case("changeConversation", "", {"markRead": True}, details=""),
    Case("markRead", "", details=""),
    Case("setTyping", "", details=""),
    Case("setTypingIn", "", {"conversationId": "$at"}, details=""),
)


REFUSALS = (
    *(refusal for case in GATED for refusal in gated(case)),
    *(Case("listConversations", "400 validation_error", query=f"?{bad}", details=bad.partition("=")[0], why=bad)
      for bad in ("unread=perhaps", "pinned=1x", "archived=2", "status=open", "type=chat", "context=nothing",
                  "search=%00", "cursor=forged", "limit=0", "skip=-1")),
    *(Case(name, "429 rate_limited", before=used_up("READS")) for name in
      ("listConversations", "getConversation", "listParticipants", "listReceipts", "exportConversation",
       "listContacts")),
    Case("openConversation", "400 validation_error", {}, details="participantIds"),
    Case("openConversation", "400 validation_error", {"participantIds": ["$alice"]}, details="participantIds",
         why="alone"),
    Case("openConversation", "400 validation_error", {"participantIds": ["$bob"], "type": "x"}, details="type",
         why="type"),
    Case("openConversation", "400 validation_error", {**GROUP, "avatar": "https://elsewhere.example/a.png"},
         details="avatar", why="foreign picture"),
    Case("openConversation", "400 unknown_participant", {"participantIds": ["$absent"]}, details="", why="absent"),
    Case("openConversation", "400 unknown_participant", {**GROUP, "participantIds": ["$bob", "$dora"]}, details="",
         why="blocking"),
    Case("openConversation", "403 not_allowed", {"participantIds": ["$bob"], "type": "bid"}, details=""),
    Case("openConversation", "403 suspended", GROUP, before=suspended, details=""),
    Case("openConversation", "403 conversation_closed", {"participantIds": ["$bob"], "message": "Hi"}, details="",
         before=closed_by_a_moderator),
    Case("openConversation", "409 nonce_reused", {**GROUP, "participantIds": ["$bob", "$mallory"]}, key="k", details="",
         before=after(Case("openConversation", "", GROUP, key="k"))),
    Case("openConversation", "422 message_rejected", {**GROUP, "message": "My casino"}, before=spam_words),
    Case("openConversation", "429 rate_limited", GROUP, before=used_up("CONVERSATIONS")),
    *(Case("changeConversation", "400 validation_error", {flag: "yes"}, details=flag, why=flag)
      for flag in ("isPinned", "isMuted", "mutedUntil", "isArchived", "markRead", "markUnread", "notify", "draft")),
    *(Case("changeConversation", "400 validation_error", {field: 7}, at="group", details=field, why=field)
      for field in ("title", "avatar", "metadata", "status")),
    Case("changeConversation", "409 draft_conflict", {"draft": {**DRAFT, "text": "Mine"}}, details="draft",
         before=after(Case("changeConversation", "", {"draft": DRAFT}))),
    Case("changeConversation", "403 not_allowed", {"title": "Mine"}, by="bob", at="group", details=""),
    Case("changeConversation", "403 not_allowed", {"title": "Mine"}, details="", why="direct"),
    Case("changeConversation", "403 not_allowed", {"status": "closed"}, by="bob", at="group", details="", why="status"),
    Case("addParticipants", "403 not_allowed", NEW_PEOPLE, by="bob", at="group", details=""),
    Case("addParticipants", "403 not_allowed", NEW_PEOPLE, details="", why="direct"),
    Case("addParticipants", "403 suspended", NEW_PEOPLE, at="group", before=suspended, details=""),
    Case("addParticipants", "403 conversation_closed", NEW_PEOPLE, at="closed", details=""),
    Case("addParticipants", "400 unknown_participant", {"userIds": ["$absent"]}, at="group", details=""),
    Case("addParticipants", "400 unknown_participant", {"userIds": ["$dora"]}, at="group", details="", why="blocking"),
    Case("addParticipants", "400 validation_error", {"userIds": "$bob"}, at="group", details="userIds"),
    Case("addParticipants", "400 validation_error", {**NEW_PEOPLE, "shareHistory": 1}, at="group",
         details="shareHistory", why="flag"),
    Case("addParticipants", "409 nonce_reused", {"userIds": ["$adam"]}, at="group", key="k", details="",
         before=after(Case("addParticipants", "", NEW_PEOPLE, at="group", key="k"))),
    Case("changeMemberRole", "403 not_allowed", {"memberRole": "admin"}, by="bob", at="group",
         path={"userId": "$carol"},
         details=""),
    Case("changeMemberRole", "403 suspended", {"memberRole": "admin"}, at="group", path={"userId": "$bob"},
         before=suspended, details=""),
    Case("changeMemberRole", "400 validation_error", {"memberRole": "king"}, at="group", path={"userId": "$bob"},
         details="memberRole"),
    Case("changeMemberRole", "409 last_owner", {"memberRole": "member"}, at="group", path={"userId": "$alice"},
         details=""),
    Case("removeParticipant", "403 not_allowed", by="bob", at="group", path={"userId": "$carol"}, details=""),
    Case("removeParticipant", "403 suspended", at="group", path={"userId": "$bob"}, before=suspended, details=""),
    Case("removeParticipant", "409 last_owner", at="group", path={"userId": "$alice"}, details=""),
    Case("markRead", "400 validation_error", {"upToSeq": -1}, details="upToSeq"),
    Case("markRead", "400 validation_error", {"upToMessageId": "x"}, details="upToMessageId", why="message"),
    Case("markRead", "404 not_found", {"upToMessageId": "$group_by_bob"}, details="", why="of another conversation"),
    Case("listReceipts", "400 validation_error", query="?seq=x", details="seq"),
    Case("setTyping", "400 validation_error", {"isTyping": "no"}, details="isTyping"),
    Case("setTypingIn", "400 validation_error", {"isTyping": True}, details="conversationId"),
    Case("exportConversation", "400 validation_error", query="?format=pdf", details="format"),
    *(Case("listContacts", "400 validation_error", query=f"?{bad}", details=bad.partition("=")[0], why=bad)
      for bad in ("q=%00", "role=king", "limit=0")),
    *(Case("searchMessages", "400 validation_error", query=f"?q=ab&{bad}", details=bad.partition("=")[0], why=bad)
      for bad in ("conversationId=x", "from=x", "before=today", "after=x", "hasAttachment=x", "cursor=x", "limit=0")),
    Case("searchMessages", "400 validation_error", query="?q=a", details="q", why="one letter"),
    Case("searchMessages", "400 validation_error", query=f"?q={'a' * 201}", details="q", why="201 letters"),
    Case("searchMessages", "404 not_found", query="?q=ab&conversationId=$absent", details=""),
    Case("searchMessages", "429 rate_limited", query="?q=ab", before=used_up("SEARCH")),
)  # fmt: skip


@pytest.mark.parametrize("case", SUCCESSES, ids=name_of)
def test_it_is_answered_as_promised(stage: Stage, case: Case) -> None:
    check_success(stage, case)


@pytest.mark.parametrize("case", REFUSALS, ids=name_of)
def test_it_is_refused_as_promised(stage: Stage, case: Case) -> None:
    check_refusal(stage, case)


def test_each_parameter_of_a_search_narrows_what_is_found(stage: Stage) -> None:
    alice, talk, group = stage.client("alice"), stage.ids["talk"], stage.ids["group"]
    stage.call("bob", "POST", "/api/v4/messenger/conversations/$talk/messages", {"content": "A lantern for Friday"})
    file = {"content": "A lantern, painted", "attachmentIds": [stage.ids["file"]]}
    stage.call("alice", "POST", "/api/v4/messenger/conversations/$group/messages", file)

    def found(query: str) -> list[str]:
        answer = alice.get(f"/api/v4/messenger/search?q=lantern{query}")[1]
        return [hit["conversationId"] for hit in answer["results"]]

    assert found("") == [group, talk]
    assert found(f"&conversationId={talk}") == found(f"&from={stage.ids['bob']}") == [talk]
    assert (found("&hasAttachment=true"), found("&hasAttachment=false")) == ([group], [talk])
    assert found("&before=2001-01-01T00:00:00Z") == found("&after=2999-01-01T00:00:00Z") == []
    assert found("&limit=1") == [group]


@pytest.mark.parametrize(
    ("asked", "media_type"),
    [("", "application/json"), ("?format=json", "application/json"), ("?format=html", "text/html; charset=utf-8"),
     ("?format=csv", "text/csv; charset=utf-8")],
)  # fmt: skip
def test_an_export_is_streamed_in_each_format(stage: Stage, asked: str, media_type: str) -> None:
    client = stage.client("alice")

    status, _ = client.get(f"/api/v4/messenger/conversations/{stage.ids['talk']}/export{asked}")

    assert (status, client.last.streaming, client.last.headers["Content-Type"]) == (200, True, media_type)
    assert b"By bob in talk" in client.last.getvalue()
