"""A client in a process of its own, to be killed: `-m tests.presence.lone_client URL` says when it is greeted."""

import sys

from websockets.sync.client import connect


def main(url: str) -> None:
    """Connect, and read whatever comes."""
    with connect(url, proxy=None) as socket:
        for text in socket:
            if "messenger:v4:hello" in str(text):
                sys.stdout.write("greeted\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
