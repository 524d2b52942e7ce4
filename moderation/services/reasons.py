from messenger.errors import AdminRequired, ReasonRequired
from messenger.models import User
from messenger.selectors.access import is_suspended
from messenger.texts import clean_text

MAX_REASON_LENGTH = 500


def check_moderator(user: User) -> None:
    """Let administrators through who are not suspended themselves.

    :raises AdminRequired: anybody else.
    """
    if not user.is_moderator or not user.is_active or is_suspended(user):
        raise AdminRequired


def clean_reason(given: str | None) -> str:
    """A reason as it is stored.

    :raises ReasonRequired: none is given.
    :raises ValidationFailed: too long, or control characters.
    """
    reason = clean_text(given or "", field="reason", max_length=MAX_REASON_LENGTH)
    if not reason:
        raise ReasonRequired("Please give a reason.", reason=["This is needed."])
    return reason
