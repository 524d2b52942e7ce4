"""v4 JSON of people. An e-mail address shows to its owner only."""

from datetime import datetime

from messenger.models import Block, User
from messenger.services.limits import Remaining
from messenger.shapes import Json, iso
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


def block_shape(block: Block) -> Json:
    """A block, as who set it sees it."""
    identifier = str(block.blocked_id)
    return {
        "userId": identifier,
        "blockedUserId": identifier,
        "displayName": block.blocked.display_name,
        "avatar": block.blocked.avatar or None,
        "reason": block.reason,
        "createdAt": iso(block.created_at),
    }


def limit_shape(left: Remaining, resets_at: datetime) -> Json:
    """What is left of one limit."""
    return {"limit": left.limit, "remaining": left.remaining, "resetAt": iso(resets_at)}
