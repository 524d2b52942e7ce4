"""How a process stops listening without losing who is at the door."""

import ctypes
import os
import socket
import struct

_SO_ATTACH_FILTER = 26
_DROP_SYN = (
    (0x30, 0, 0, 13),  # load byte 13 of the TCP header: its flags
    (0x45, 0, 1, 0x02),  # SYN?
    (0x06, 0, 0, 0),  # yes: drop the packet
    (0x06, 0, 0, 0xFFFFFFFF),  # no: take it
)


def turn_away(listener: int) -> None:
    """Let the kernel drop what asks for a new connection; those it has made already can still be accepted.

    Closing a listener resets the connections that wait in it, and with them requests that a proxy has sent and must not
    repeat. Who is dropped asks again within a second, finds nobody listening, and goes elsewhere. Linux only: elsewhere
    nothing happens.
    """
    program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in _DROP_SYN))
    with socket.socket(fileno=os.dup(listener)) as door:
        try:
            door.setsockopt(
                socket.SOL_SOCKET, _SO_ATTACH_FILTER, struct.pack("HL", len(_DROP_SYN), ctypes.addressof(program))
            )
        except OSError:
            return
