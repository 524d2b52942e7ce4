"""One request for each operation of the API document: what is sent, with `{name}` for the ids that `everybody` gives.

What is not named here is sent without body and query.
"""

from typing import Any

from tests.conftest import PASSWORD

HELLO = {"content": "Hello"}
THUMB = {"emoji": "👍"}
SPAM = {"reason": "spam"}
WHY = {"reason": "Curious"}

BODIES: dict[str, dict[str, Any]] = {
    "signIn": {"email": "dora@example.com", "password": PASSWORD},
    "issueTokens": {"email": "dora@example.com", "password": PASSWORD},
    "refreshTokens": {"refresh": "no token"},
    "revokeTokens": {"refresh": "no token"},
    "changeProfile": {"locale": "en-GB"},
    "changePassword": {"current": "wrong", "new": "another correct horse"},
    "openConversation": {"participantIds": ["{userId}"]},
    "changeConversation": {"title": "Mine"},
    "addParticipants": {"userIds": ["{userId}"]},
    "changeMemberRole": {"memberRole": "member"},
    "setTypingIn": {"conversationId": "{conversationId}"},
    "moveFlow": {"flowState": "real_time"},
    "takeAction": {"action": "accept"},
    "sendMessage": HELLO,
    "editMessage": HELLO,
    "editMessageById": HELLO,
    "reactToMessage": THUMB,
    "reactToMessageById": THUMB,
    "blockPerson": {"userId": "{userId}"},
    "sync": {"conversations": {"{conversationId}": {}}, "only": ["{conversationId}"]},
    "eraseMe": {"password": PASSWORD, "confirm": "erase"},
    "setPresence": {"status": "away"},
    "reportMessage": SPAM,
    "reportMessageInConversation": SPAM,
    "reportConversation": SPAM,
    "setConversationStatus": {"status": "closed", **WHY},
    "removeMessage": WHY,
    "warnPerson": WHY,
    "suspendPerson": WHY,
    "unsuspendPerson": WHY,
    "changeReport": {"status": "reviewing"},
}

QUERIES = {
    "searchMessages": "?q=hello&conversationId={conversationId}",
    "listPresence": "?userIds={userId}",
    "listMessages": "?around={messageId}",
    "listAllConversations": "?participant={userId}",
    "lookAtConversation": "?reason=Curious",
    "lookAtMessages": "?reason=Curious&around={messageId}",
    "listEarlierTexts": "?reason=Curious",
    "listEarlierTextsById": "?reason=Curious",
    "listReports": "?conversationId={conversationId}",
    "listAudit": "?conversationId={conversationId}",
}
