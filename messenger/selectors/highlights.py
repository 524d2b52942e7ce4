"""Where to mark a hit in a message's text: offsets in code points, so that scripts need no markup from us."""

from collections.abc import Sequence
from dataclasses import dataclass

from messenger.search_text import placed_words
from messenger.selectors.search_queries import Term


@dataclass(frozen=True, slots=True, order=True)
class Highlight:
    """`content[start:end]` is part of what was searched for."""

    start: int
    end: int


def highlights_in(
    marked: Sequence[str], content: str, terms: Sequence[Term], *, marks: tuple[str, str]
) -> list[Highlight]:
    """The words that PostgreSQL marked, which knows the stems, and those of the terms as typed; joined, in order."""
    found = [place for text in marked for place in _marked_places(text, marks)]
    lowered = content.lower()
    if len(lowered) == len(content):
        words = placed_words(lowered)
        covered = {at for place in found for at in range(place.start, place.end)}
        found = [word for word in _all_places(words) if not covered.isdisjoint(range(word.start, word.end))]
        for term in terms:
            found += _places_of(term.text, lowered) if term.pairs else _rows_of(term, words)
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


def _rows_of(term: Term, words: Sequence[tuple[str, int]]) -> list[Highlight]:
    """Each word of the places where the words of `term` stand in a row."""
    *first, last = term.text.split(" ")
    places: list[Highlight] = []
    for at in range(len(words) - len(first)):
        row = words[at : at + len(first) + 1]
        end = row[-1][0]
        is_last = end.startswith(last) if term.is_prefix else end == last
        if is_last and [word for word, _ in row[:-1]] == first:
            places += _all_places(row)
    return places


def _all_places(words: Sequence[tuple[str, int]]) -> list[Highlight]:
    return [Highlight(start, start + len(word)) for word, start in words]


def _joined(places: list[Highlight]) -> list[Highlight]:
    joined: list[Highlight] = []
    for place in places:
        if joined and place.start <= joined[-1].end:
            joined[-1] = Highlight(joined[-1].start, max(joined[-1].end, place.end))
        else:
            joined.append(place)
    return joined
