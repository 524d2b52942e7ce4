"""What PostgreSQL says when a transaction stood in another one's way (ARCHITECTURE of the design, section 3)."""

from django.db import OperationalError

DEADLOCK, SERIALIZATION_FAILURE, LOCK_NOT_AVAILABLE = "40P01", "40001", "55P03"


def may_run_again(error: BaseException) -> bool:
    """True where the transaction was undone for another one's sake: nothing of it is stored, and once more may do."""
    return _state_of(error) in (DEADLOCK, SERIALIZATION_FAILURE)


def was_lock_held(error: BaseException) -> bool:
    """True where `lock_timeout` ended the wait for somebody else's lock."""
    return _state_of(error) == LOCK_NOT_AVAILABLE


def _state_of(error: BaseException) -> str | None:
    return getattr(error.__cause__, "sqlstate", None) if isinstance(error, OperationalError) else None
