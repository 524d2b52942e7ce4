"""Short ways to a conversation and its messages, through the REST API as a client would."""

from typing import Any

from messenger.models import User
from tests.rest import Rest

M = "/api/v4/messenger"
CONVERSATIONS = f"{M}/conversations"

Json = dict[str, Any]


def client_of(user: User) -> Rest:
    """A browser in which the user is signed in."""
    return Rest().as_user(user)


def open_direct(creator: Rest, other: User, **more: object) -> str:
    """The id of the direct conversation with `other`."""
    return str(creator.post(CONVERSATIONS, {"participantIds": [other.pk], **more})[1]["conversation"]["id"])


def open_group(creator: Rest, *others: User, **more: object) -> str:
    """The id of a new group."""
    body = {"type": "group", "participantIds": [other.pk for other in others], **more}
    return str(creator.post(CONVERSATIONS, body)[1]["conversation"]["id"])


def say(client: Rest, conversation_id: str, content: str = "Hello", **more: object) -> Json:
    """Send a message; gives it as it was answered."""
    status, answer = client.post(f"{CONVERSATIONS}/{conversation_id}/messages", {"content": content, **more})
    assert status == 201, answer
    message: Json = answer["message"]
    return message


def lines(user: User, conversation_id: str, count: int) -> None:
    """Let somebody write `Line 0`, `Line 1` and so on."""
    client = client_of(user)
    for number in range(count):
        say(client, conversation_id, f"Line {number}")


def seen(client: Rest, conversation_id: str) -> Json:
    """The conversation as the client's user sees it."""
    status, answer = client.get(f"{CONVERSATIONS}/{conversation_id}")
    assert status == 200, answer
    conversation: Json = answer["conversation"]
    return conversation


def listed(client: Rest, query: str = "") -> list[str]:
    """The ids in the client's list of conversations, in its order."""
    status, answer = client.get(f"{CONVERSATIONS}{query}")
    assert status == 200, answer
    return [conversation["id"] for conversation in answer["conversations"]]
