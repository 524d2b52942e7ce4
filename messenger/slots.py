"""What the kernel shows but does not own, by name: `config/wiring.py` fills the slots, an empty one has a default."""

from collections.abc import Callable, Collection

PresenceOf = Callable[[int, Collection[int]], dict[int, str]]

_presence_of: list[PresenceOf] = []


def fill_presence(source: PresenceOf) -> None:
    """Let `source(viewer_id, user_ids)` say who is online, as far as the viewer may see it; the last given counts."""
    _presence_of[:] = [source]


def presence_of(*, viewer_id: int, user_ids: Collection[int]) -> dict[int, str]:
    """`online`, `away` or `offline` of these people as the viewer may see it; who is absent is offline."""
    return _presence_of[0](viewer_id, user_ids) if _presence_of and user_ids else {}
