"""Alice blocks bob. Whatever one of the two then does towards the other is refused, or shows nothing: both ways."""

from dataclasses import dataclass

import pytest

from messenger.events import Event, TypingChanged
from messenger.models import Block, User
from messenger.services import typing
from presence import leases
from presence.leases import LeaseChange
from presence.selectors.visibility import watchers_of
from tests.rest import Rest
from tests.talks import CONVERSATIONS, M, client_of, open_direct, open_group, say

CANNOT = (403, "cannot_message")
UNKNOWN = (400, "unknown_participant")


@dataclass
class Pair:
    """Who acts, towards whom, and where: their direct conversation, with a message of each, and a group of three."""

    client: Rest
    me: User
    other: User
    talk: str
    own: str
    theirs: str
    group: str


@pytest.fixture(params=["the blocked one", "the one who blocks"])
def pair(request: pytest.FixtureRequest, alice: User, bob: User, carol: User) -> Pair:
    alices, bobs = client_of(alice), client_of(bob)
    talk, group = open_direct(alices, bob), open_group(alices, bob, carol)
    hers, his = say(alices, talk, "From alice")["id"], say(bobs, talk, "From bob")["id"]
    say(alices, group)
    say(bobs, group)
    Block.objects.create(blocker=alice, blocked=bob)
    if request.param == "the blocked one":
        return Pair(client=bobs, me=bob, other=alice, talk=talk, own=his, theirs=hers, group=group)
    return Pair(client=alices, me=alice, other=bob, talk=talk, own=hers, theirs=his, group=group)


REFUSED = [
    ("sending", "POST", "conversations/{talk}/messages", {"content": "Hello"}, CANNOT),
    ("answering", "POST", "conversations/{talk}/messages", {"content": "Hello", "replyTo": "{theirs}"}, CANNOT),
    ("editing", "PATCH", "messages/{own}", {"content": "Changed"}, CANNOT),
    ("reacting", "POST", "messages/{theirs}/reactions", {"emoji": "👍"}, CANNOT),
    (
        "reacting below the conversation",
        "POST",
        "conversations/{talk}/messages/{theirs}/react",
        {"emoji": "👍"},
        CANNOT,
    ),
    ("typing", "POST", "conversations/{talk}/typing", {}, CANNOT),
    ("typing at the other address", "POST", "typing", {"conversationId": "{talk}"}, CANNOT),
    ("reading", "POST", "conversations/{talk}/read", {}, CANNOT),
    ("marking read", "PATCH", "conversations/{talk}", {"markRead": True}, CANNOT),
    ("opening a conversation", "POST", "conversations", {"participantIds": ["{other}"]}, UNKNOWN),
    (
        "opening one about something",
        "POST",
        "conversations",
        {"participantIds": ["{other}"], "type": "enquiry", "context": {"type": "event", "referenceId": "1"}},
        UNKNOWN,
    ),
    (
        "opening a group",
        "POST",
        "conversations",
        {"participantIds": ["{other}"], "type": "group", "title": "Us"},
        UNKNOWN,
    ),
]


@pytest.mark.parametrize(
    ("method", "path", "body", "refusal"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
def test_it_is_refused(
    pair: Pair, published: list[Event], method: str, path: str, body: dict[str, object], refusal: tuple[int, str]
) -> None:
    published.clear()
    names = {"talk": pair.talk, "own": pair.own, "theirs": pair.theirs, "other": str(pair.other.pk)}

    status, answer = pair.client.call(method, f"{M}/{path.format(**names)}", _filled(body, names))

    assert (status, answer["code"]) == refusal
    assert published == []


def test_nobody_adds_the_other_to_a_group(pair: Pair, carol: User) -> None:
    group = open_group(pair.client, carol)

    status, answer = pair.client.post(f"{CONVERSATIONS}/{group}/participants", {"userIds": [pair.other.pk]})

    assert (status, answer["code"]) == UNKNOWN


def test_they_do_not_find_each_other(pair: Pair) -> None:
    found = pair.client.get(f"{M}/contacts")[1]["contacts"]

    assert str(pair.other.pk) not in [contact["userId"] for contact in found]


def test_they_are_offline_to_each_other(pair: Pair, carol: User) -> None:
    here = [LeaseChange(user_id=user.pk, lease="here", state="online", lasts_s=60) for user in (pair.me, pair.other)]
    leases.apply(here)

    shown = pair.client.get(f"/api/v4/presence/{pair.other.pk}")[1]["presence"][str(pair.other.pk)]
    seats = pair.client.get(f"{CONVERSATIONS}/{pair.talk}")[1]["conversation"]["participants"]

    assert shown == {"status": "offline", "state": "offline", "lastSeen": None}
    assert {seat["userId"]: seat["status"] for seat in seats}[str(pair.other.pk)] == "offline"
    assert pair.other.pk not in watchers_of([pair.me.pk])[pair.me.pk]


def test_typing_in_a_common_group_reaches_the_third_alone(
    pair: Pair, carol: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Event] = []
    monkeypatch.setattr("messenger.bus.publish_now", lambda *events: told.extend(events))
    monkeypatch.setattr(typing, "_pace", typing._Pace())

    assert pair.client.post(f"{CONVERSATIONS}/{pair.group}/typing")[0] == 200

    (event,) = told
    assert isinstance(event, TypingChanged)
    assert event.audience == (carol.pk,)


def test_reporting_and_leaving_stay_possible(pair: Pair) -> None:
    reported = pair.client.post(f"{M}/messages/{pair.theirs}/report", {"reason": "harassment"})
    deleted = pair.client.delete(f"{CONVERSATIONS}/{pair.talk}")

    assert (reported[0], deleted[0]) == (201, 200)


def _filled(body: object, names: dict[str, str]) -> object:
    if isinstance(body, dict):
        return {key: _filled(value, names) for key, value in body.items()}
    if isinstance(body, list):
        return [_filled(value, names) for value in body]
    return body.format(**names) if isinstance(body, str) else body
