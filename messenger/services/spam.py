"""Whether a message looks like spam: points for repeats, rate, links, listed words, and more of them for new accounts.

`score` is pure. What it needs of the last minutes comes from `spam_counts`: at most one round trip for a whole batch.
"""

import hashlib
import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Protocol

from django.conf import settings

from messenger.errors import MessageRejected
from messenger.models import User
from messenger.services import spam_counts
from messenger.services.drafts import CleanDraft
from messenger.services.spam_counts import Copies, Copy, Seen

NEW_FOR = timedelta(days=1)
SHORT = 20
FREE_LINKS = 3
FREE_COPIES_ELSEWHERE = 5
FREE_COPIES_WITH_LINKS = 3
FREE_COPIES_HERE = 10

_TRUST = {"free": 1.0, "pro": 0.5, "pro_plus": 0.25}
_LINK = re.compile(r"(?:https?://|\bwww\.)\S", re.IGNORECASE)


class Sender(Protocol):
    """What is to be known of who sends."""

    @property
    def tier(self) -> str: ...
    @property
    def sender_role(self) -> str: ...
    @property
    def sender_joined_at(self) -> datetime: ...


Suspect = tuple[CleanDraft, Sender]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """What speaks for spam. `copies_*` count this message too; `burst` is 0 where the pace is no sign."""

    links: int = 0
    words: Mapping[str, int] | None = None
    copies_elsewhere: int = 1
    copies_here: int = 1
    burst: int = 0
    tier: str = "free"
    is_new_account: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """Points, and for what, in words that the sender may read."""

    points: int
    reasons: tuple[str, ...]


def score(signs: Signs) -> Verdict:
    """Add up the signs. Paid tiers weigh less, accounts of the first day half as much again; listed words as listed."""
    free_copies = FREE_COPIES_WITH_LINKS if signs.links else FREE_COPIES_ELSEWHERE
    found = [
        (20 if signs.links else 12, signs.copies_elsewhere - free_copies, "the same text went to {} conversations"),
        (10, signs.copies_here - FREE_COPIES_HERE, "the same text came {} times within a minute"),
        (8, signs.links - FREE_LINKS, "it holds {} links"),
    ]
    numbers = (signs.copies_elsewhere, signs.copies_here, signs.links)
    weighed = [
        (each * over, words.format(n)) for (each, over, words), n in zip(found, numbers, strict=True) if over > 0
    ]
    if signs.burst:
        weighed.append((30, f"{signs.burst} messages within ten seconds"))
    factor = _TRUST.get(signs.tier, 1.0) * (1.5 if signs.is_new_account else 1.0)
    points, reasons = sum(each for each, _ in weighed) * factor, [words for _, words in weighed]
    for word, weight in (signs.words or {}).items():
        points += weight
        reasons.append(f"it holds “{word}”")
    return Verdict(int(points), tuple(reasons))


def refusals_of(suspects: Sequence[Suspect], *, now: datetime) -> list[MessageRejected | None]:
    """For each message in order: None, or the refusal with its reasons. Administrators are believed."""
    limit = settings.MESSENGER_SPAM_SCORE
    refusals: list[MessageRejected | None] = [None] * len(suspects)
    if not limit:
        return refusals
    links = [_links_in(item.content) for item, _ in suspects]
    seen = spam_counts.memory.note([_sighting(item, number) for (item, _), number in zip(suspects, links, strict=True)])
    copies = _copies_of(suspects, seen)
    hasty_from = {tier: _hasty_from(tier) for tier in {sender.tier for _, sender in suspects}}
    has_words = bool(settings.MESSENGER_SPAM_WORDS)
    for index, ((item, sender), (_, burst)) in enumerate(zip(suspects, seen, strict=True)):
        is_hasty = burst >= hasty_from[sender.tier]
        if is_hasty or has_words or links[index] > FREE_LINKS or index in copies:
            signs = _signs(item.content, sender, links[index], burst if is_hasty else 0, copies.get(index), now)
            refusals[index] = _refusal(score(signs), limit) if sender.sender_role != User.Role.ADMIN else None
    return refusals


def check_text(*, user: User, content: str, now: datetime) -> None:
    """Judge a changed text by itself: its links and words.

    :raises MessageRejected: it looks like spam.
    """
    limit = settings.MESSENGER_SPAM_SCORE
    if not limit or user.is_moderator:
        return
    signs = Signs(
        links=_links_in(content),
        words=listed_words_in(content),
        tier=user.subscription_tier,
        is_new_account=now - user.created_at < NEW_FOR,
    )
    refusal = _refusal(score(signs), limit)
    if refusal is not None:
        raise refusal


def listed_words_in(content: str) -> dict[str, int]:
    """The words of `MESSENGER_SPAM_WORDS` that stand in the text, however they are spelled, with their points."""
    weights: dict[str, int] = settings.MESSENGER_SPAM_WORDS
    if not weights:
        return {}
    found = _pattern(tuple(weights)).findall(_plain(content))
    return {word: weights[word] for word in dict.fromkeys(found)}


def _sighting(item: CleanDraft, links: int) -> tuple[int, int, int | None]:
    """Short texts (“Hello”, “Thank you”) are repeated by everybody: of them only the number counts."""
    is_telling = links > 0 or len(item.content) >= SHORT
    return item.draft.sender_id, item.draft.conversation_id, hash(item.content) if is_telling else None


def _copies_of(suspects: Sequence[Suspect], seen: Sequence[Seen]) -> dict[int, Copies]:
    """How often the texts were sent that this process has seen before, by index."""
    repeated = [
        (index, Copy(item.draft.sender_id, _hash_of(item.content), first, item.draft.conversation_id))
        for index, ((item, _), (first, _)) in enumerate(zip(suspects, seen, strict=True))
        if first is not None
    ]
    if not repeated:
        return {}
    counted = spam_counts.count([copy for _, copy in repeated])
    return {index: copies for (index, _), copies in zip(repeated, counted, strict=True)}


def _signs(content: str, sender: Sender, links: int, burst: int, copies: Copies | None, now: datetime) -> Signs:
    return Signs(
        links=links,
        words=listed_words_in(content),
        copies_elsewhere=copies.elsewhere if copies else 1,
        copies_here=copies.here if copies else 1,
        burst=burst,
        tier=sender.tier,
        is_new_account=now - sender.sender_joined_at < NEW_FOR,
    )


def _links_in(content: str) -> int:
    return len(_LINK.findall(content)) if "://" in content or "www." in content.lower() else 0


def _refusal(verdict: Verdict, limit: int) -> MessageRejected | None:
    if verdict.points < limit:
        return None
    return MessageRejected(
        f"This message looks like spam and was not sent: {', '.join(verdict.reasons)}.",
        score=verdict.points,
        limit=limit,
        reasons=list(verdict.reasons),
    )


def _hasty_from(tier: str) -> float:
    """How many messages in ten seconds are a sign: half of what the tier may send in a minute."""
    rates: list[tuple[int, int]] = getattr(settings, f"MESSENGER_RATE_LIMIT_{tier.upper()}_MESSAGES")
    limits = [limit for limit, seconds in rates if seconds == 60]
    return min(limits) / 2 if limits and settings.MESSENGER_RATE_LIMIT != "off" else math.inf


def _plain(content: str) -> str:
    """As a reader hears it: without invisible characters, compatible forms made one, small letters."""
    if content.isascii():
        return content.casefold()
    text = unicodedata.normalize("NFKC", content)
    return "".join(character for character in text if unicodedata.category(character) != "Cf").casefold()


def _hash_of(content: str) -> str:
    key = settings.SECRET_KEY.encode()[:64]
    return hashlib.blake2b(_plain(content).encode(), digest_size=9, key=key).hexdigest()


@lru_cache(maxsize=4)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")
