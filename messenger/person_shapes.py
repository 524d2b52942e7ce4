"""v4 JSON of people. An e-mail address shows to its owner only."""

from messenger.models import User
from messenger.shapes import Json
from messenger.snapshots import Person


def user_shape(user: User, *, with_email: bool = False) -> Json:
    """Somebody's profile; with the e-mail address for themselves alone."""
    identifier = str(user.pk)
    avatar = user.avatar or None
    shape: Json = {
        "id": identifier,
        "userId": identifier,
        "displayName": user.display_name,
        "name": user.display_name,
        "firstName": user.display_name.split(" ", 1)[0],
        "avatar": avatar,
        "avatarUrl": avatar,
        "role": user.role,
        "subscriptionTier": user.subscription_tier,
    }
    return shape | {"email": user.email} if with_email else shape


def contact_shape(person: Person, *, status: str) -> Json:
    """Somebody whom one may write to."""
    identifier = str(person.id)
    return {
        "userId": identifier,
        "id": identifier,
        "displayName": person.display_name,
        "avatar": person.avatar or None,
        "role": person.role,
        "status": status,
    }
