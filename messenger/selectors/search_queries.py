"""What people type into a search field: words, "phrases", -without, and from: in: has: before: after:.

Nothing that is typed is an error: what makes no sense as a filter is a word, and what is no word is left out.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime

from messenger.search_text import bigrams_of, unspaced_runs, words_in

MAX_TERMS = 12
HAS_KINDS = ("attachment", "image", "file", "link")

_PARTS = re.compile(r'(-?)"([^"]*)"?|(from:"[^"]+"|\S+)', re.IGNORECASE)
_FILTER = re.compile(r"(from|in|has|before|after):(.+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """Words in a row that must be there, or must not, in small letters; the last one of a prefix is still typed."""

    text: str
    is_excluded: bool = False
    is_prefix: bool = False
    pairs: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class SearchQuery:
    """A search as it was typed; times are UTC, `before` is exclusive and `after` inclusive."""

    terms: list[Term] = field(default_factory=list)
    sender: str | None = None
    conversation_id: int | None = None
    has: set[str] = field(default_factory=set)
    before: datetime | None = None
    after: datetime | None = None

    @property
    def wanted(self) -> list[Term]:
        """The terms that must be there."""
        return [term for term in self.terms if not term.is_excluded]


def parse_query(typed: str) -> SearchQuery:
    """Read what was typed; never raises."""
    query = SearchQuery()
    parts = list(_PARTS.finditer(typed))
    for index, part in enumerate(parts):
        minus, phrase, word = part.groups()
        if word is None:
            _add(query, phrase, is_excluded=bool(minus), is_prefix=False)
        elif not _filter(query, word):
            is_excluded = len(word) > 1 and word.startswith("-")
            is_last = index == len(parts) - 1 and not typed[-1:].isspace()
            _add(query, word.removeprefix("-"), is_excluded=is_excluded, is_prefix=is_last and not is_excluded)
    return query


def moment_of(value: str) -> datetime | None:
    """A day (`2026-03-01`) or a time in ISO 8601 as UTC; None where it is neither."""
    try:
        moment = datetime.fromisoformat(value)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _filter(query: SearchQuery, word: str) -> bool:
    found = _FILTER.fullmatch(word)
    if found is None:
        return False
    name, value = found[1].lower(), found[2]
    if name == "from":
        query.sender = " ".join(value.strip('"').split())
    elif name == "has" and value.lower().rstrip("s") in HAS_KINDS:
        query.has.add(value.lower().rstrip("s"))
    elif name == "in" and value.isascii() and value.isdecimal() and len(value) <= 16:
        query.conversation_id = int(value)
    elif name in ("before", "after"):
        return _day(query, name, value)
    else:
        return False
    return True


def _day(query: SearchQuery, name: str, value: str) -> bool:
    moment = moment_of(value)
    if moment is None:
        return False
    if name == "before":
        query.before = moment
    else:
        query.after = moment
    return True


def _add(query: SearchQuery, text: str, *, is_excluded: bool, is_prefix: bool) -> None:
    for run in unspaced_runs(text):
        pairs = tuple(bigrams_of(run))
        _append(query, Term(text=run, is_excluded=is_excluded, is_prefix=len(run) == 1, pairs=pairs))
    words = words_in(text)
    if words:
        # "c" begins each message's lexeme of its conversation (`c:12`)
        is_prefix = is_prefix and words[-1] != "c"
        _append(query, Term(text=" ".join(words), is_excluded=is_excluded, is_prefix=is_prefix))


def _append(query: SearchQuery, term: Term) -> None:
    if len(query.terms) < MAX_TERMS:
        query.terms.append(term)
