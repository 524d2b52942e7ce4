"""The one family of domain errors. Services and selectors raise them; each transport maps them in one place.

`code` is the contract's word (the same in REST, on sockets and in every version), `status` its HTTP status,
`message` a sentence that a user may read, `details` the numbers or fields that a client can use.
"""

from collections.abc import Mapping
from typing import ClassVar


class MessengerError(Exception):
    """Base of everything that a caller did wrong or may not do."""

    code: ClassVar[str] = "validation_error"
    status: ClassVar[int] = 400
    default_message: ClassVar[str] = "That did not work."

    def __init__(self, message: str | None = None, /, **details: object) -> None:
        self.message = message or self.default_message
        self.details: dict[str, object] = details
        super().__init__(self.message)


class ValidationFailed(MessengerError):
    """Input that cannot be taken. `details` is `{field: [sentence]}`."""

    default_message = "Something in the request is not right."

    @classmethod
    def of(cls, fields: Mapping[str, list[str]]) -> "ValidationFailed":
        first = next(((f, s[0]) for f, s in fields.items() if s), None)
        return cls(f"{first[0]}: {first[1]}" if first else None, **fields)

    @classmethod
    def at(cls, field: str, sentence: str) -> "ValidationFailed":
        return cls.of({field: [sentence]})


class UnknownParticipant(MessengerError):
    """Unknown, deactivated or blocking: without telling which of the three."""

    code = "unknown_participant"
    default_message = "One of these people cannot be added."


class IdentityMismatch(MessengerError):
    code = "identity_mismatch"
    default_message = "That is not who you are signed in as."


class ReasonRequired(MessengerError):
    code = "reason_required"
    default_message = "Please say why you look at this conversation."


class Unauthenticated(MessengerError):
    code = "unauthenticated"
    status = 401
    default_message = "Please sign in."


class InvalidCredentials(MessengerError):
    code = "invalid_credentials"
    status = 401
    default_message = "The e-mail address or the password is wrong."


class MissingToken(MessengerError):
    code = "missing_token"
    status = 401
    default_message = "A token is needed."


class InvalidToken(MessengerError):
    code = "invalid_token"
    status = 401
    default_message = "This token is not valid."


class ExpiredToken(InvalidToken):
    """Ours, but its time is over: a fresh one of the same family will do."""

    default_message = "This token has expired."


class NotAllowed(MessengerError):
    code = "not_allowed"
    status = 403
    default_message = "You may not do this here."


class CsrfFailed(MessengerError):
    code = "csrf_failed"
    status = 403
    default_message = "The CSRF token is missing or wrong; fetch a new one."


class AdminRequired(MessengerError):
    code = "admin_required"
    status = 403
    default_message = "Only administrators may do this."


class CannotMessage(MessengerError):
    code = "cannot_message"
    status = 403
    default_message = "You cannot write to this person."


class ConversationClosed(MessengerError):
    code = "conversation_closed"
    status = 403
    default_message = "This conversation is closed."


class AutomatedMode(MessengerError):
    code = "automated_mode"
    status = 403
    default_message = "This conversation is automated at the moment; please use the buttons."


class Suspended(MessengerError):
    code = "suspended"
    status = 403
    default_message = "Your account is suspended."


class EditWindowExpired(MessengerError):
    code = "edit_window_expired"
    status = 403
    default_message = "This message is too old to be edited."


class NotFound(MessengerError):
    """Unknown or forbidden alike: the caller has no part in it, or it does not exist."""

    code = "not_found"
    status = 404
    default_message = "Not found."


class UnknownRoute(MessengerError):
    code = "unknown_route"
    status = 404
    default_message = "There is nothing at this address."


class MethodNotAllowed(MessengerError):
    code = "method_not_allowed"
    status = 405
    default_message = "This method is not allowed here."


class UnknownEvent(MessengerError):
    code = "unknown_event"
    default_message = "There is no such event."


class NonceReused(MessengerError):
    code = "nonce_reused"
    status = 409
    default_message = "This nonce was used for another message."


class LastOwner(MessengerError):
    code = "last_owner"
    status = 409
    default_message = "Hand the group over to another owner first."


class DraftConflict(MessengerError):
    code = "draft_conflict"
    status = 409
    default_message = "Another device changed this draft."


class FileTooLarge(MessengerError):
    code = "file_too_large"
    status = 413
    default_message = "This file is too large."


class UnsupportedFileType(MessengerError):
    code = "unsupported_file_type"
    status = 415
    default_message = "Files of this type are not taken."


class MessageRejected(MessengerError):
    code = "message_rejected"
    status = 422
    default_message = "This message looks like spam and was not sent."


class RateLimited(MessengerError):
    """Over a limit. `retry_after` in seconds; `details` carry `{limit, remaining, resetAt}`."""

    code = "rate_limited"
    status = 429
    default_message = "Too many requests; please wait a moment."

    def __init__(self, message: str | None = None, /, *, retry_after: float = 1.0, **details: object) -> None:
        super().__init__(message, **details)
        self.retry_after = retry_after


class Unavailable(MessengerError):
    """Our fault, for the moment: the same call may work in a second."""

    code = "unavailable"
    status = 503
    default_message = "The service is busy; please try again in a moment."

    def __init__(self, message: str | None = None, *, retry_after: float = 1.0) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Locked(Unavailable):
    """Somebody else holds the row: this is for the next round. Only with `skip_locked`."""
