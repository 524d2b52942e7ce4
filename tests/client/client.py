"""A small typed client of v4, written from its OpenAPI document: names and addresses come from there, types from
`messenger.wire_types`, which the document is made from.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

import httpx
import msgspec

from messenger.wire_types import conversations, messages, people, requests, syncing

T = TypeVar("T", bound=msgspec.Struct)
Json = dict[str, Any]


class Refused(Exception):
    """The server said no."""

    def __init__(self, status: int, body: Json) -> None:
        self.status, self.code, self.details = status, str(body["code"]), body["details"]
        super().__init__(f"{status} {self.code}: {body['message']}")


class MessengerClient:
    """Calls operations by their name in the document; an answer is decoded into its type, or refused as `Refused`."""

    def __init__(self, base_url: str) -> None:
        self._http = httpx.Client(base_url=base_url, trust_env=False)
        document: Json = self._http.get("/api/schema/").raise_for_status().json()
        self._addresses = {
            operation["operationId"]: (method.upper(), path)
            for path, methods in document["paths"].items()
            for method, operation in methods.items()
        }

    def close(self) -> None:
        """Close its connections."""
        self._http.close()

    def call(
        self,
        name: str,
        answer: type[T],
        *,
        path: Mapping[str, str] | None = None,
        query: msgspec.Struct | None = None,
        body: msgspec.Struct | None = None,
    ) -> T:
        """Call the operation of that name.

        :raises Refused: the server refuses it.
        """
        method, address = self._addresses[name]
        got = self._http.request(
            method,
            address.format(**(path or {})),
            params=None if query is None else _as_query(query),
            content=None if body is None else msgspec.json.encode(body),
            headers={} if body is None else {"Content-Type": "application/json"},
        )
        if got.is_error:
            raise Refused(got.status_code, got.json())
        return msgspec.json.decode(got.content, type=answer)

    def sign_in(self, email: str, password: str) -> people.User:
        """Sign in by tokens; every later call is made as this person."""
        body = people.Credentials(email=email, password=password)
        pair = self.call("issueTokens", people.TokenPair, body=body)
        self._http.headers["Authorization"] = f"Bearer {pair.access}"
        return pair.user

    def open_conversation(self, wanted: requests.NewConversation) -> conversations.OpenedConversation:
        """Open a conversation, or find the one that exists."""
        return self.call("openConversation", conversations.OpenedConversation, body=wanted)

    def inbox(self) -> list[conversations.Conversation]:
        """The newest of one's conversations."""
        return self.call("listConversations", conversations.Conversations).conversations

    def send(self, conversation_id: str, message: requests.NewMessage) -> messages.Message:
        """Send a message."""
        path = {"conversationId": conversation_id}
        return self.call("sendMessage", messages.OneMessage, path=path, body=message).message

    def page(self, conversation_id: str, asked: requests.PageAsked | None = None) -> messages.Messages:
        """A page of messages."""
        return self.call("listMessages", messages.Messages, path={"conversationId": conversation_id}, query=asked)

    def mark_read(self, conversation_id: str) -> conversations.ReadState:
        """Mark everything as read."""
        path = {"conversationId": conversation_id}
        return self.call("markRead", conversations.ReadState, path=path, body=requests.ReadUpTo())

    def sync(self, asked: syncing.SyncAsked) -> syncing.Synced:
        """What one's copy lacks."""
        return self.call("sync", syncing.Synced, body=asked)


def _as_query(query: msgspec.Struct) -> dict[str, str]:
    fields: Json = msgspec.to_builtins(query)
    return {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in fields.items()}
