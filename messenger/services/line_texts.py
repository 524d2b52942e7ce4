"""What lines of the system say, so that they can be said again with another name."""

from collections.abc import Sequence

_BECAME = {"owner": "an owner", "admin": "an admin", "member": "a member"}


def line_text(change: str, *, actor: str, names: Sequence[str]) -> str | None:
    """The sentence of a `change` (as the line's metadata names it); None where it is none of these."""
    if change.startswith("role_"):
        became = _BECAME.get(change.removeprefix("role_"))
        return None if became is None else f"{actor} made {_joined(names)} {became}."
    sentences = {
        "added": f"{actor} added {_joined(names)}.",
        "removed": f"{actor} removed {_joined(names)}.",
        "left": f"{actor} left.",
    }
    return sentences.get(change)


def _joined(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
