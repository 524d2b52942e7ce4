from messenger.models import SignIn, User
from messenger.selectors.identity import still_valid


def sign_ins_of(*, user: User) -> list[SignIn]:
    """Where somebody is signed in now, last used first."""
    return list(SignIn.objects.filter(still_valid(), user=user).order_by("-last_seen_at", "-pk"))
