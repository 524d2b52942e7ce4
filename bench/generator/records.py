"""Everything that was sent, answered and received, in flat arrays, so that noting costs next to nothing."""

from array import array
from pathlib import Path

import msgspec

_OPERATION_FIELDS = ("room", "sender", "intended", "sent", "answered", "complete", "answer_id", "answer_seq", "waiting")
_RECEIPT_FIELDS = ("key", "socket", "message_id", "seq", "at")
_TYPECODES = {
    "room": "i",
    "sender": "i",
    "intended": "d",
    "sent": "d",
    "answered": "d",
    "complete": "d",
    "answer_id": "q",
    "answer_seq": "q",
    "waiting": "i",
    "key": "i",
    "socket": "i",
    "message_id": "q",
    "seq": "q",
    "at": "d",
}


class Operations:
    """What the clients asked for: one row per send, read or typing, numbered by its key."""

    def __init__(self) -> None:
        self.room = array("i")
        self.sender = array("i")
        self.intended = array("d")
        self.sent = array("d")
        self.answered = array("d")
        self.complete = array("d")
        self.answer_id = array("q")
        self.answer_seq = array("q")
        self.waiting = array("i")

    def __len__(self) -> int:
        return len(self.room)

    def begin(self, *, room: int, sender: int, intended: float, sent: float, waiting: int) -> int:
        """Note one that leaves now and wants `waiting` answers and receipts; return its key."""
        self.room.append(room)
        self.sender.append(sender)
        self.intended.append(intended)
        self.sent.append(sent)
        self.answered.append(0.0)
        self.complete.append(0.0)
        self.answer_id.append(0)
        self.answer_seq.append(0)
        self.waiting.append(waiting)
        return len(self.room) - 1


class Receipts:
    """What arrived at which socket, in the order of arrival."""

    def __init__(self) -> None:
        self.key = array("i")
        self.socket = array("i")
        self.message_id = array("q")
        self.seq = array("q")
        self.at = array("d")

    def __len__(self) -> int:
        return len(self.key)

    def note(self, *, key: int, socket: int, message_id: int, seq: int, at: float) -> None:
        """Note that `socket` got the message of `key`."""
        self.key.append(key)
        self.socket.append(socket)
        self.message_id.append(message_id)
        self.seq.append(seq)
        self.at.append(at)


class Records:
    """All that one window left behind."""

    def __init__(self) -> None:
        self.operations = Operations()
        self.receipts = Receipts()

    def write(self, path: Path) -> None:
        """Write everything to `path`, for the harness to judge."""
        columns = {name: getattr(self.operations, name).tobytes() for name in _OPERATION_FIELDS}
        columns |= {f"r_{name}": getattr(self.receipts, name).tobytes() for name in _RECEIPT_FIELDS}
        path.write_bytes(msgspec.msgpack.encode(columns))

    @classmethod
    def read(cls, path: Path) -> "Records":
        """Return what `write` wrote."""
        columns = msgspec.msgpack.decode(path.read_bytes(), type=dict[str, bytes])
        records = cls()
        for name in _OPERATION_FIELDS:
            setattr(records.operations, name, array(_TYPECODES[name], columns[name]))
        for name in _RECEIPT_FIELDS:
            setattr(records.receipts, name, array(_TYPECODES[name], columns[f"r_{name}"]))
        return records
