"""What has happened before a call that is refused for it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from django.utils import timezone

from messenger.models import DataExport, Message, User
from messenger.services import counters
from messenger.services.counters import Window
from messenger.services.data_exports import PER_DAY
from moderation.services.reports import REPORTS_AN_HOUR
from tests.contracts.cases import Before, Case, ask
from tests.contracts.stage import Stage


def used_up(kind: str) -> Before:
    """Nothing is left of this limit to anybody of the lowest tier."""

    def use_up(stage: Stage) -> None:
        assert stage.settings is not None
        stage.settings.MESSENGER_RATE_LIMIT = "on"
        setattr(stage.settings, f"MESSENGER_RATE_LIMIT_FREE_{kind}", [(0, 60)])

    return use_up


def after(case: Case, *, times: int = 1, status: int | None = None) -> Before:
    """This call came before, and was answered with that status, or successfully."""

    def call(stage: Stage) -> None:
        for _ in range(times):
            got, answer = ask(stage, case)
            assert got == status if status else got < 300, answer

    return call


def suspended(stage: Stage) -> None:
    """Alice was suspended in this very moment: her session is still there."""
    until = datetime(2999, 1, 1, tzinfo=UTC)
    User.objects.filter(pk=stage.people["alice"].pk).update(suspended_until=until)


def an_hour_later(stage: Stage) -> None:
    """Everything was written an hour ago."""
    Message.objects.update(created_at=timezone.now() - timedelta(hours=1))


def spam_words(stage: Stage) -> None:
    """The operator takes one word for spam."""
    assert stage.settings is not None
    stage.settings.MESSENGER_SPAM_WORDS = {"casino": 200}


def closed_by_a_moderator(stage: Stage) -> None:
    """The talk of alice and bob is closed."""
    body = {"status": "closed", "reason": "Quarrel"}
    stage.call("adam", "PATCH", f"/api/v4/messenger/admin/conversations/{stage.ids['talk']}", body)


def sixty_reports_made(stage: Stage) -> None:
    """Alice has reported as much as anybody may in an hour."""
    assert stage.settings is not None
    stage.settings.MESSENGER_RATE_LIMIT = "on"
    key = f"messenger:limit:reports:{stage.ids['alice']}"
    counters.take([[Window(key=key, limit=REPORTS_AN_HOUR, seconds=3600)]] * REPORTS_AN_HOUR)


def three_exports_made(stage: Stage) -> None:
    """Alice has had as many exports as anybody may in a day."""
    made = {"user": stage.people["alice"], "state": DataExport.State.READY, "created_at": timezone.now()}
    DataExport.objects.bulk_create(DataExport(**made) for _ in range(PER_DAY))


GATES = (("403 conversation_closed", "closed"), ("403 automated_mode", "bid"), ("403 cannot_message", "blocked"))


def gated(case: Case) -> tuple[Case, ...]:
    """The case in each place where nobody may write, and by who may not write anywhere."""
    places: list[tuple[str, str, Before | None]] = [(expected, at, None) for expected, at in GATES]
    return tuple(
        replace(case, expected=expected, body=_at(case.body, at), at=at, before=before)
        for expected, at, before in [*places, ("403 suspended", "talk", suspended)]
    )


def _at(body: object, at: str) -> object:
    return {"conversationId": f"${at}"} if body == {"conversationId": "$at"} else body
