"""Whom somebody may find and write to: never themselves, nobody who is gone, nobody on either side of a block."""

from collections.abc import Collection

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower

from messenger.models import Block, Offer, Participant, User
from messenger.snapshots import Person


def reachable_people(*, user: User, user_ids: Collection[int], is_within_policy: bool = True) -> dict[int, User]:
    """Those of these people whom the user may write to, by id; who is unknown, deactivated or blocked is left out.

    Without `is_within_policy` also those whom `MESSENGER_CONTACT_POLICY` keeps apart: they have a conversation already.
    """
    people = _reachable(user) if is_within_policy else _there_for(user)
    return {person.pk: person for person in people.filter(pk__in=list(user_ids))}


def contacts_of(*, user: User, q: str = "", role: str | None = None, limit: int = 50) -> list[Person]:
    """People whom the user may write to, by name. `q` looks at names, never at e-mail addresses."""
    people = _reachable(user)
    if q:
        people = people.filter(display_name__icontains=q)
    if role is not None:
        people = people.filter(role=role)
    rows = people.order_by(Lower("display_name"), "pk").values_list("pk", "display_name", "avatar", "role")[:limit]
    return [Person(id=pk, display_name=name, avatar=avatar, role=kind) for pk, name, avatar, kind in rows]


def _reachable(user: User) -> QuerySet[User]:
    return _there_for(user).filter(_within_policy(user))


def _there_for(user: User) -> QuerySet[User]:
    blocks = Block.objects.filter(Q(blocker=user, blocked=OuterRef("pk")) | Q(blocked=user, blocker=OuterRef("pk")))
    return User.objects.filter(~Exists(blocks), is_active=True, erased_at__isnull=True).exclude(pk=user.pk)


def _within_policy(user: User) -> Q:
    """`MESSENGER_CONTACT_POLICY`; in a marketplace admins are the support that everybody may write to."""
    if settings.MESSENGER_CONTACT_POLICY == "open" or user.role == User.Role.ADMIN:
        return Q()
    open_to_all = Q(role__in=(User.Role.SUPPLIER, User.Role.ADMIN))
    if user.role == User.Role.SUPPLIER:
        wrote_first = Participant.objects.filter(
            user=OuterRef("pk"),
            has_spoken=True,
            conversation__seats__user=user,
            conversation__seats__left_at__isnull=True,
        )
        return open_to_all | Q(Exists(wrote_first))
    return open_to_all | Q(Exists(Offer.objects.filter(owner=OuterRef("pk"))))
