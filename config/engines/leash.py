"""Runs a command that ends with the process that started it, as somebody PostgreSQL accepts.

A program of its own, without Django: `python leash.py PARENT SIGNAL IDENTITY COMMAND…`.
IDENTITY is `self`, `namespace` (somebody with a name, in a new user namespace, who still owns the caller's files) or
`nobody`.
"""

import ctypes
import os
import pwd
import signal
import subprocess
import sys
import time
from types import FrameType

_CLONE_NEWUSER = 0x10000000
_PR_SET_PDEATHSIG = 1
_LIKELY_ID = 1000


def main(arguments: list[str]) -> None:
    """Take the identity, bind to the parent, become the command."""
    parent, death_signal, identity, *command = arguments
    if identity == "namespace":
        _enter_namespace()
    elif identity == "nobody":
        _become_nobody()
    if sys.platform == "linux":
        # after the change of identity, which would clear it
        _call("prctl", _PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
        if os.getppid() == int(parent):
            os.execv(command[0], command)
    else:
        _watch(parent=int(parent), death_signal=int(death_signal), command=command)


def _enter_namespace() -> None:
    user, group, named = os.geteuid(), os.getegid(), _named_id()
    _call("unshare", _CLONE_NEWUSER)
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", f"{named} {user} 1")
    _write("/proc/self/gid_map", f"{named} {group} 1")


def _named_id() -> int:
    """Return an id, not root's, that the system has a name for: PostgreSQL asks as whom it runs."""
    return next((entry.pw_uid for entry in pwd.getpwall() if entry.pw_uid), _LIKELY_ID)


def _become_nobody() -> None:
    nobody = pwd.getpwnam("nobody")
    os.setgroups([])
    os.setgid(nobody.pw_gid)
    os.setuid(nobody.pw_uid)


def _watch(*, parent: int, death_signal: int, command: list[str]) -> None:
    """Stand between where the system has no death signal: end the command once the parent has gone."""
    child = subprocess.Popen(command)

    def forward(number: int, _frame: FrameType | None) -> None:
        child.send_signal(number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT):
        signal.signal(number, forward)
    while child.poll() is None:
        if os.getppid() != parent:
            child.send_signal(death_signal)
            parent = os.getppid()
        time.sleep(0.2)
    sys.exit(child.returncode)


def _call(function: str, *arguments: int) -> None:
    library = ctypes.CDLL(None, use_errno=True)
    if getattr(library, function)(*arguments) != 0:
        raise OSError(ctypes.get_errno(), f"{function} failed")


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


if __name__ == "__main__":
    main(sys.argv[1:])
