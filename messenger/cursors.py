"""Cursors of pages: positions that a client hands back, signed, so that none can be made up or used elsewhere."""

from collections.abc import Sequence

from django.core import signing

from messenger.errors import ValidationFailed

Position = list[int | str | None]

MAX_LENGTH = 1024


def sign_cursor(position: Sequence[int | str | None], *, scope: str, user_id: int) -> str:
    """Spell a position; `scope` names the list with all that narrows it (`messages:12`, `inbox:unread=1`)."""
    return _signer(scope, user_id).sign_object(list(position))


def read_cursor(cursor: str, *, scope: str, user_id: int) -> Position:
    """Return the position that `sign_cursor` spelled for the same list and person.

    :raises ValidationFailed: forged, or of another list or person.
    """
    try:
        position: Position = _signer(scope, user_id).unsign_object(cursor[: MAX_LENGTH + 1])
    except (signing.BadSignature, ValueError):
        raise ValidationFailed.at("cursor", "This cursor is not valid here.") from None
    return position


def _signer(scope: str, user_id: int) -> signing.Signer:
    return signing.Signer(salt=f"messenger.cursor:{user_id}:{scope}", sep=".")
