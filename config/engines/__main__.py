"""Runs a Python program with the state folder's engines: those that run, or else for as long as the program does.

`python -m config.engines manage.py migrate`
"""

import signal
import subprocess
import sys
from contextlib import suppress

from config import env
from config.engines.sets import EngineSet, StateInUse


def main(arguments: list[str]) -> int:
    """Return the program's exit code."""
    engines = EngineSet(env.path("MESSENGER_STATE"))
    with suppress(StateInUse):  # whoever holds it has the engines running
        engines.start(postgres=env.given("DATABASE_URL") is None, valkey=env.given("REDIS_URL") is None)
    program = subprocess.Popen([sys.executable, *arguments])
    # the terminal's Ctrl-C is the program's to answer
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return program.wait()
    finally:
        engines.stop()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
