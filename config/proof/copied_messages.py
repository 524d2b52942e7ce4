"""The messages of one conversation as a client holds them: a stretch without gaps, up to the newest."""

from typing import Any

Json = dict[str, Any]
LIST_OF_READERS_UP_TO = 50
_EMPTIED: Json = {
    "content": "", "attachments": [], "reactions": [], "reactionSummary": [], "mentions": [], "metadata": {},
    "replyTo": None, "linkPreview": None, "isEdited": False, "editedAt": None, "isDeleted": True,
}  # fmt: skip


class CopiedMessages:
    """`first` is where the stretch begins; what changes before it is of no interest, but for who quotes it."""

    def __init__(self, me: str, conversation: Json, messages: list[Json]) -> None:
        self.me = me
        self.conversation = conversation
        self.rows: dict[int, Json] = {message["seq"]: message for message in messages}
        self.first: int = min(self.rows, default=conversation["lastSeq"] + 1)

    def belong_to(self, conversation: Json) -> None:
        """Take the conversation's newest state; what lies before `historyFromSeq` is thrown away."""
        self.conversation = conversation
        self.first = max(self.first, conversation["historyFromSeq"])
        self.rows = {seq: row for seq, row in self.rows.items() if seq >= self.first}

    def put(self, message: Json) -> None:
        """Keep a message, if it belongs to the stretch and nothing newer is known of it."""
        known = self.rows.get(message["seq"])
        if message["seq"] >= self.first and (known is None or known["version"] <= message["version"]):
            self.rows[message["seq"]] = message
        self._requote(message)

    def come(self, body: Json) -> int:
        """A new message; gives by how much unread grows."""
        mine = body["senderId"] == self.me
        message = ({"clientNonce": None} if mine else {}) | body
        self.put(message)
        begin = self.conversation["historyFromSeq"]
        self.conversation |= {
            "lastSeq": message["seq"],
            "messageCount": message["seq"] - begin + 1,
            "lastMessage": _preview(message),
            "updatedAt": message["createdAt"],
        }
        return int(self._counts(message))

    def change(self, body: Json) -> int:
        """A changed or restored message; gives by how much unread grows."""
        known = self.rows.get(body["seq"])
        self._show_last(body)
        nonce = {} if known is None or "clientNonce" not in known else {"clientNonce": known["clientNonce"]}
        self.put({**body, **nonce})
        return int(known is not None and known["isDeleted"] and self._counts(body))

    def delete(self, message_id: str, seq: int, deleted_at: str, version: int) -> int | None:
        """Empty a message; gives by how much unread grows, None where that cannot be told."""
        known = self.rows.get(seq)
        if known is None:
            self._requote({"id": message_id, "content": "", "isDeleted": True})
            return None if seq > self.conversation["lastReadSeq"] else 0
        emptied = {**known, **_EMPTIED, "deletedAt": deleted_at, "updatedAt": deleted_at, "version": version}
        self.rows[seq] = emptied
        self._requote(emptied)
        self._show_last(emptied)
        return -int(not known["isDeleted"] and self._counts(known))

    def react(self, data: Json) -> None:
        for row in self.rows.values():
            if row["id"] == data["messageId"]:
                row |= {name: data[name] for name in ("reactions", "reactionSummary", "version")}

    def unread_after(self, seq: int) -> int | None:
        """How many unread messages lie after `seq`; None where the stretch begins later."""
        if self.first > seq + 1 and seq < self.conversation["lastSeq"]:
            return None
        return sum(self._is_countable(row) for row in self.rows.values() if row["seq"] > seq)

    def view(self, conversation: Json) -> list[Json]:
        """The rows with what follows from the pointers and from who looks."""
        return [self._seen(row, conversation) for _, row in sorted(self.rows.items())]

    def _is_countable(self, row: Json) -> bool:
        return row["senderId"] != self.me and row["type"] != "system" and not row["isDeleted"]

    def _counts(self, row: Json) -> bool:
        return self._is_countable(row) and row["seq"] > self.conversation["lastReadSeq"]

    def _show_last(self, message: Json) -> None:
        last = self.conversation["lastMessage"]
        if last is not None and last["id"] == message["id"]:
            self.conversation["lastMessage"] = _preview(message)

    def _requote(self, message: Json) -> None:
        """What quotes a message shows it as it is now."""
        for row in self.rows.values():
            quote = row["replyTo"]
            if quote is not None and quote["messageId"] == message["id"]:
                row["replyTo"] = {**quote, "content": message["content"][:100], "isDeleted": message["isDeleted"]}

    def _seen(self, row: Json, conversation: Json) -> Json:
        seats = conversation["participants"]
        others = [seat for seat in seats if seat["userId"] != row["senderId"] and seat["joinedSeq"] < row["seq"]]
        readers = [seat for seat in others if seat["lastReadSeq"] >= row["seq"]]
        summary = [
            {
                **entry,
                "reacted": self.me in [item["userId"] for item in row["reactions"] if item["emoji"] == entry["emoji"]],
            }
            for entry in row["reactionSummary"]
        ]
        return {
            **row,
            "reactionSummary": summary,
            "status": self._status(row, seats, others, readers),
            "readBy": [{"userId": seat["userId"], "readAt": seat["lastReadAt"]} for seat in readers]
            if len(seats) <= LIST_OF_READERS_UP_TO
            else [],
        }

    def _status(self, row: Json, seats: list[Json], others: list[Json], readers: list[Json]) -> str:
        if row["senderId"] != self.me:
            own = next((seat for seat in seats if seat["userId"] == self.me), None)
            return "read" if own is not None and own["lastReadSeq"] >= row["seq"] else "sent"
        if others and len(readers) == len(others):
            return "read"
        return "delivered" if others and all(seat["lastDeliveredSeq"] >= row["seq"] for seat in others) else "sent"


def _preview(message: Json) -> Json:
    names = ("id", "seq", "senderId", "senderName", "createdAt", "type", "isDeleted")
    shown = {name: message[name] for name in names}
    return {**shown, "content": message["content"][:100], "sentAt": message["createdAt"]}
