"""Who takes part: so many people, pairs and one room, the same for every contender."""

import base64
import hashlib
import hmac
import json
import sys
import time
from pathlib import Path
from typing import Final

import msgspec

PEOPLE: Final = 5_000
PAIRS: Final = 600
ROOM: Final = 100


class Population(msgspec.Struct, kw_only=True, frozen=True):
    """What a contender's tables hold: person `2n` and `2n + 1` are pair `n`, the first hundred share the room."""

    people: list[str]
    tokens: list[str]
    pairs: list[str]
    room: str


def read_population(path: Path) -> Population:
    """Return the population written at `path`."""
    return msgspec.json.decode(path.read_bytes(), type=Population)


def write_population(population: Population) -> None:
    """Write the population to where the harness wants it: the command's last argument."""
    Path(sys.argv[-1]).write_bytes(msgspec.json.encode(population))


def signed_token(*, subject: int, secret: str, **more: str) -> str:
    """Return a JSON web token (HS256) that lasts longer than any run."""
    header: dict[str, str | int] = {"alg": "HS256", "typ": "JWT"}
    now = int(time.time())
    claims: dict[str, str | int] = {"sub": str(subject), "iat": now, "exp": now + 86_400, **more}
    head = b".".join(_packed(part) for part in (header, claims))
    signature = hmac.new(secret.encode(), head, hashlib.sha256).digest()
    return (head + b"." + base64.urlsafe_b64encode(signature).rstrip(b"=")).decode()


def _packed(part: dict[str, str | int]) -> bytes:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=")


def seats() -> list[tuple[int, int]]:
    """Return (conversation, person) for everybody, numbered from 1; the room comes after the pairs."""
    in_pairs = [(pair + 1, 2 * pair + side + 1) for pair in range(PAIRS) for side in (0, 1)]
    return in_pairs + [(PAIRS + 1, person + 1) for person in range(ROOM)]
