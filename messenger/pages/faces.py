"""Names, initials and colours, as static/messenger/js/views/format.js works them out too."""

_HUES = 8
_MOST_SHOWN = 99


def initials_of(name: str) -> str:
    """At most two letters: of the first and the last word."""
    words = name.split()
    chosen = [words[0], words[-1]] if len(words) > 1 else words
    return "".join(word[0] for word in chosen).upper()


def hue_of(identifier: str | int | None) -> str:
    """Which of the picture colours."""
    return str(int(identifier or 0) % _HUES)


def badge_of(count: int) -> str:
    """Empty for none, at most `99+`."""
    if count <= 0:
        return ""
    return f"{_MOST_SHOWN}+" if count > _MOST_SHOWN else str(count)
