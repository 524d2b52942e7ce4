"""Full-text search of what the caller may read: seats and hidden history are part of the query itself.

A member of few conversations is answered from one GIN index (word and conversation lexeme); of very many, from the
words alone, with the seats joined.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from messenger.cursors import read_cursor, sign_cursor
from messenger.models import Participant, User
from messenger.search_text import PLAIN, stemmer_of
from messenger.selectors import access
from messenger.selectors.highlights import Highlight, highlights_in
from messenger.selectors.messages import messages_by_ids
from messenger.selectors.search_queries import SearchQuery, Term, parse_query
from messenger.snapshots import MessageSnapshot

MAX_LEXEMES = 300
_OPEN, _CLOSE = "\x02", "\x03"
_HAS = {
    "attachment": "m.has_attachments",
    "image": """(m.type = 'image' OR m.type = 'file' AND EXISTS (
        SELECT 1 FROM messenger_attachment a WHERE a.message_id = m.id AND starts_with(a.mime_type, 'image/')))""",
    "file": "m.type = 'file'",
    "link": "m.content ~* 'https?://'",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRequest:
    """What is searched for; the filters come beside those that `q` itself names."""

    q: str
    limit: int
    cursor: str | None = None
    conversation_id: int | None = None
    sender_id: int | None = None
    before: datetime | None = None
    after: datetime | None = None
    has_attachment: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """Hits, newest first, each with the places to mark in its text."""

    hits: list[tuple[MessageSnapshot, list[Highlight]]]
    next_cursor: str | None


def search_messages(*, user: User, request: SearchRequest) -> SearchPage:
    """A page of messages that the caller may read and that fit. No input is an error.

    :raises NotFound: a conversation is named that is not the caller's.
    :raises ValidationFailed: a forged cursor, or one of another search.
    """
    query = parse_query(request.q)
    conversation_id = request.conversation_id or query.conversation_id
    if request.conversation_id is not None:
        access.seat_of(user=user, conversation_id=request.conversation_id)
    scope = f"search:{request.q}:{conversation_id}:{request.sender_id}:{request.before}:{request.after}"
    below = None
    if request.cursor is not None:
        below = int(read_cursor(request.cursor, scope=scope, user_id=user.pk)[0] or 0)
    clause = _Clause(user, query, request, conversation_id, below)
    if not clause.has_something_to_find:
        return SearchPage(hits=[], next_cursor=None)
    rows = clause.rows(request.limit + 1)
    messages = messages_by_ids([row[0] for row in rows[: request.limit]])
    hits = [
        (messages[row[0]], highlights_in(row[1:], messages[row[0]].content, query.wanted, marks=(_OPEN, _CLOSE)))
        for row in rows[: request.limit]
        if row[0] in messages
    ]
    more = len(rows) > request.limit
    return SearchPage(
        hits=hits,
        next_cursor=sign_cursor([rows[request.limit - 1][0]], scope=scope, user_id=user.pk) if more else None,
    )


class _Clause:
    """The statement of one search with its parameters."""

    def __init__(
        self, user: User, query: SearchQuery, request: SearchRequest, conversation_id: int | None, below: int | None
    ) -> None:
        self.user, self.query, self.request = user, query, request
        self.stemmers = sorted({stemmer_of(user.locale), "english", "german"} - {PLAIN})
        self.conditions = ["m.deleted_at IS NULL", "m.type <> 'system'"]
        self.parameters: list[Any] = []
        self.expression, self.expression_parameters = self._expression(query.terms)
        self._narrow(conversation_id, below)

    @property
    def has_something_to_find(self) -> bool:
        return bool(self.query.wanted or self.query.has or self.query.sender or self.request.sender_id)

    def rows(self, limit: int) -> list[tuple[int, str, str]]:
        """(message id, text with its hits marked plain, and stemmed), newest first."""
        if self.expression:
            self._find_words()
        expression = self.expression or "''::tsquery"
        statement = f"""
            SELECT p.id, ts_headline('simple', p.content, {expression}, %s),
                   ts_headline(%s::regconfig, p.content, {expression}, %s)
            FROM (SELECT m.id, m.content FROM messenger_message m
                  JOIN messenger_participant s ON s.conversation_id = m.conversation_id AND s.user_id = %s
                       AND s.left_at IS NULL AND m.seq >= s.history_from_seq
                  WHERE {" AND ".join(self.conditions)} ORDER BY m.id DESC LIMIT %s) p ORDER BY p.id DESC
        """
        mark = [*self.expression_parameters, f'HighlightAll=true, StartSel="{_OPEN}", StopSel="{_CLOSE}"']
        with connection.cursor() as cursor:
            cursor.execute(
                statement,
                [*mark, stemmer_of(self.user.locale), *mark, self.user.pk, *self.parameters, limit],
            )
            rows: list[tuple[int, str, str]] = cursor.fetchall()
        return rows

    def _expression(self, terms: Sequence[Term]) -> tuple[str, list[Any]]:
        parts, parameters = [], []
        for term in terms:
            sql, values = self._term(term)
            parts.append(f"!!({sql})" if term.is_excluded else f"({sql})")
            parameters += values
        return " && ".join(parts), parameters

    def _term(self, term: Term) -> tuple[str, list[Any]]:
        if term.pairs:
            phrase = " <-> ".join(f"'{pair}'" for pair in term.pairs)
            return "%s::tsquery", [f"{phrase}:*" if term.is_prefix else phrase]
        names = [PLAIN, *self.stemmers]
        sql = " || ".join("phraseto_tsquery(%s::regconfig, %s)" for _ in names)
        values = [value for name in names for value in (name, term.text)]
        if term.is_prefix:
            row = " <-> ".join(f"'{word}'" for word in term.text.split(" "))
            return f"{sql} || to_tsquery('simple', %s)", [*values, f"{row}:*"]
        return sql, values

    def _find_words(self) -> None:
        """Ask for the words, and for one of the caller's conversations where they are not too many for one query.

        Beside a whole word, what only begins alike is looked for in the messages found: to merge the lists of all words
        that a beginning stands for takes the index longer.
        """
        whole = [term for term in self.query.terms if not term.is_prefix and not term.is_excluded]
        expression, parameters = self.expression, self.expression_parameters
        if whole and len(whole) < len(self.query.terms):
            self._narrow_by("ts_match_vq(m.search, {})", expression, parameters)
            expression, parameters = self._expression(whole)
        mine = self._conversation_ids()
        if len(mine) <= MAX_LEXEMES:
            expression = f"({expression}) && %s::tsquery"
            parameters = [*parameters, " | ".join(f"'c:{key}'" for key in mine) or "'c:0'"]
        self._narrow_by("m.search @@ ({})", expression, parameters)

    def _narrow_by(self, condition: str, expression: str, parameters: Sequence[Any]) -> None:
        self.conditions.append(condition.format(expression))
        self.parameters += parameters

    def _conversation_ids(self) -> Sequence[int]:
        if self.only is not None:
            return [self.only]
        seats = Participant.objects.filter(user=self.user, left_at__isnull=True)
        return list(seats.values_list("conversation_id", flat=True)[: MAX_LEXEMES + 1])

    def _narrow(self, conversation_id: int | None, below: int | None) -> None:
        self.only = conversation_id
        sender = self.request.sender_id or self.query.sender
        has = self.query.has | ({"attachment"} if self.request.has_attachment else set())
        for condition, value in (
            ("m.conversation_id = %s", conversation_id),
            ("m.id < %s", below),
            ("m.created_at < %s", self.request.before or self.query.before),
            ("m.created_at >= %s", self.request.after or self.query.after),
            (_sender_condition(sender), _sender_value(sender)),
        ):
            if value is not None:
                self.conditions.append(condition)
                self.parameters.append(value)
        self.conditions += [_HAS[kind] for kind in sorted(has)]
        if self.request.has_attachment is False:
            self.conditions.append("NOT m.has_attachments")


def _sender_condition(sender: int | str | None) -> str:
    if isinstance(sender, str) and not _is_id(sender):
        return "m.sender_id IN (SELECT id FROM messenger_user WHERE lower(display_name) LIKE lower(%s))"
    return "m.sender_id = %s"


def _sender_value(sender: int | str | None) -> int | str | None:
    if isinstance(sender, str):
        return int(sender) if _is_id(sender) else f"{_escaped(sender)}%"
    return sender


def _is_id(value: str) -> bool:
    return value.isascii() and value.isdecimal() and len(value) <= 16


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
