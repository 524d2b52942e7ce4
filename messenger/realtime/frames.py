"""What leaves for clients: one event of one dialect, spelled once for all who get it."""

from dataclasses import dataclass, field

import msgspec

encode = msgspec.json.Encoder().encode


@dataclass(slots=True)
class Frame:
    """`name` and `data` for the connections of `users`. The texts are made at first use and shared."""

    users: tuple[int, ...]
    name: str
    data: object
    droppable: bool = False
    _native: str | None = field(default=None, init=False)
    _socketio: str | None = field(default=None, init=False)

    @property
    def native(self) -> str:
        """The text frame of the native WebSocket."""
        if self._native is None:
            self._native = f'{{"event":"{self.name}","data":{encode(self.data).decode()}}}'
        return self._native

    @property
    def socketio(self) -> str:
        """The Socket.IO EVENT packet as an Engine.IO message (`42["name",data]`)."""
        if self._socketio is None:
            self._socketio = f'42["{self.name}",{encode(self.data).decode()}]'
        return self._socketio


def answer_text(ref: str, data: object) -> str:
    """The answer to a native frame that carried `ref`."""
    return encode({"ref": ref, "ok": True, "data": data}).decode()


def refusal_text(ref: str, error: object) -> str:
    """The refusal of a native frame that carried `ref`."""
    return encode({"ref": ref, "ok": False, "error": error}).decode()
