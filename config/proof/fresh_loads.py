"""What a client would have that has just loaded everything over REST, in the same form as a client's copy."""

from collections.abc import Callable
from typing import Any

Json = dict[str, Any]
Get = Callable[[str], Json]
BASE = "/api/v4/messenger/conversations"
NEWEST = 50  # with so many messages a new conversation comes: nobody holds fewer, where there are more
DECIDED_ELSEWHERE = ("permissions",)  # by the clock and by presence (contract: Staying in sync)


def view_of(data: Json, messages: list[Json], numbers: Json) -> Json:
    """A conversation with its messages, in one order whoever tells, and without what the clock decides."""
    seats = [{name: seat[name] for name in seat if name != "status"} for seat in data["participants"]]
    shared = {name: value for name, value in data.items() if name not in DECIDED_ELSEWHERE}
    return {
        **shared,
        **numbers,
        "participants": sorted(seats, key=_by_user),
        "messages": [{**message, "readBy": sorted(message["readBy"], key=_by_user)} for message in messages],
    }


def fresh_load(get: Get) -> Json:
    """Every conversation with every message, as the pages say."""
    loaded = {}
    for query in ("archived=false", "archived=true"):
        for data in _pages(get, f"{BASE}?{query}", "conversations"):
            messages = sorted(_pages(get, f"{BASE}/{data['id']}/messages?", "messages"), key=lambda item: item["seq"])
            numbers = {name: data[name] for name in ("version", "privateVersion", "pointerSum")}
            loaded[data["id"]] = view_of(data, messages, numbers)
    return loaded


def differences(copy: Json, fresh: Json, *, firsts: dict[str, int]) -> list[str]:
    """Where a client's view differs from a fresh load; `firsts` says from which message on it holds each."""
    found = [f"{key}: only one has it" for key in copy.keys() ^ fresh.keys()]
    for key in copy.keys() & fresh.keys():
        mine, theirs = dict(copy[key]), dict(fresh[key])
        held, stored = mine.pop("messages"), theirs.pop("messages")
        wanted = [message for message in stored if message["seq"] >= firsts[key]]
        found += _fields(f"{key}", mine, theirs)
        if firsts[key] > max(theirs["historyFromSeq"], theirs["lastSeq"] - NEWEST + 1):
            found.append(f"{key}: holds nothing before {firsts[key]}, though more is to be seen")
        if [row["seq"] for row in held] != [row["seq"] for row in wanted]:
            found.append(f"{key}: holds {[row['seq'] for row in held]}, not {[row['seq'] for row in wanted]}")
        else:
            for row, other in zip(held, wanted, strict=True):
                found += _fields(f"{key}#{row['seq']}", row, other)
    return found


def _fields(where: str, mine: Json, theirs: Json) -> list[str]:
    names = mine.keys() | theirs.keys()
    return [
        f"{where}.{name}: {mine.get(name, '(absent)')!r}, not {theirs.get(name, '(absent)')!r}"
        for name in sorted(names)
        if mine.get(name, "(absent)") != theirs.get(name, "(absent)")
    ]


def _pages(get: Get, path: str, name: str) -> list[Json]:
    items, cursor = [], ""
    while True:
        answer = get(f"{path}&limit=100{cursor}")
        items += answer[name]
        if not answer["hasMore"]:
            return items
        cursor = f"&cursor={answer['nextCursor']}"


def _by_user(entry: Json) -> int:
    return int(entry["userId"])
