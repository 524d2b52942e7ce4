"""Where to mark a hit in a message's text: offsets in code points, so that scripts need no markup from us."""

from collections.abc import Sequence
from dataclasses import dataclass

from messenger.selectors.search_queries import Term


@dataclass(frozen=True, slots=True, order=True)
class Highlight:
    """`content[start:end]` is part of what was searched for."""

    start: int
    end: int


def highlights_in(
    marked: Sequence[str], content: str, terms: Sequence[Term], *, marks: tuple[str, str]
) -> list[Highlight]:
    """The places that PostgreSQL marked, and those of terms without blanks, which it does not see; joined, in order."""
    found = [place for text in marked for place in _marked_places(text, marks)]
    lowered = content.lower()
    if len(lowered) == len(content):
        for term in terms:
            if term.pairs:
                found += _places_of(term.text.lower(), lowered)
    return _joined(sorted(place for place in found if place.end <= len(content)))


def _marked_places(marked: str, marks: tuple[str, str]) -> list[Highlight]:
    places: list[Highlight] = []
    at, start = 0, None
    for character in marked:
        if character == marks[0]:
            start = at
        elif character == marks[1]:
            if start is not None:
                places.append(Highlight(start, at))
            start = None
        else:
            at += 1
    return places


def _places_of(text: str, content: str) -> list[Highlight]:
    places, at = [], content.find(text)
    while at >= 0:
        places.append(Highlight(at, at + len(text)))
        at = content.find(text, at + len(text))
    return places


def _joined(places: list[Highlight]) -> list[Highlight]:
    joined: list[Highlight] = []
    for place in places:
        if joined and place.start <= joined[-1].end:
            joined[-1] = Highlight(joined[-1].start, max(joined[-1].end, place.end))
        else:
            joined.append(place)
    return joined
