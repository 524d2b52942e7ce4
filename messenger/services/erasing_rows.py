"""The erased person's own rows: account, sign-ins, blocks, offers, programs and whatever else hangs on them."""

from pathlib import Path

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from messenger.models import (
    ApiClient,
    Attachment,
    Block,
    Conversation,
    DataExport,
    IdempotentRequest,
    Offer,
    Participant,
    SignIn,
    User,
)
from messenger.selectors.offers import path_of_offer
from messenger.services.attachments import forget
from messenger.services.data_exports import delete_exports
from messenger.services.departing import depart, seats_to_leave
from messenger.services.erasing_messages import NAMELESS
from messenger.slots import Leaver, PersonalStore

_SESSIONS = """
DELETE FROM django_session WHERE encode(sha256(convert_to(session_key, 'UTF8')), 'hex') IN (
    SELECT session_key_hash FROM messenger_signin WHERE user_id = %s)
"""


@transaction.atomic
def _erase_account(leaver: Leaver) -> int:
    user = User.objects.select_for_update().get(pk=leaver.user.pk)
    if user.erased_at is not None:
        return 0
    user.email, user.display_name, user.avatar = f"erased-{user.pk}@erased.invalid", NAMELESS, ""
    user.set_unusable_password()
    user.locale, user.timezone, user.suspension_reason = "en", "UTC", ""
    user.role = User.Role.CUSTOMER if user.role == User.Role.ADMIN else user.role
    user.is_active = user.is_staff = user.is_superuser = user.presence_visible = False
    user.last_login, user.erased_at = None, timezone.now()
    user.save()
    user.user_permissions.clear()
    leaver.user.refresh_from_db()
    return 1


def _erase_sign_ins(leaver: Leaver) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_SESSIONS, [leaver.user.pk])
        return SignIn.objects.filter(user=leaver.user).delete()[0]


def _erase_seats(leaver: Leaver) -> int:
    """Drafts and whatever else was private in the seats, also in those left long ago."""
    return _private_seats(leaver.user).update(
        draft=None, draft_rev=0, is_pinned=False, is_muted=False, muted_until=None, is_archived=False
    )


def _private_seats(user: User) -> QuerySet[Participant]:
    private = Q(draft__isnull=False) | Q(is_pinned=True) | Q(is_muted=True) | Q(is_archived=True) | Q(draft_rev__gt=0)
    return Participant.objects.filter(private, user=user)


def _erase_offers(leaver: Leaver) -> int:
    """Offers, and what conversations about them copied from them."""
    offers = list(Offer.objects.filter(owner=leaver.user))
    for offer in offers:
        with transaction.atomic():
            Conversation.objects.filter(context_url=path_of_offer(offer)).update(
                context_title="Deleted offer", context_image="", context_url="", context_reference=str(offer.pk)
            )
            offer.delete()
    return len(offers)


def _erase_unsent_files(leaver: Leaver) -> int:
    files = list(Attachment.objects.filter(owner=leaver.user, message__isnull=True))
    forget(files)
    return len(files)


def _erase_log(leaver: Leaver) -> int:
    return _logged(leaver.user).update(object_repr=NAMELESS)


def _logged(user: User) -> QuerySet[LogEntry]:
    """Entries of the admin's log that name the person, their offers or their programs."""
    about = Q(content_type=_type_of(User), object_id=str(user.pk))
    for kind in (Offer, ApiClient):
        ids = [str(key) for key in kind.objects.filter(owner=user).values_list("pk", flat=True)]
        about |= Q(content_type=_type_of(kind), object_id__in=ids)
    return LogEntry.objects.filter(about).exclude(object_repr=NAMELESS)


def _type_of(kind: type[Model]) -> ContentType:
    return ContentType.objects.get_for_model(kind)


def _erase_mails(leaver: Leaver) -> int:
    mails = _mails_to(leaver.user)
    for mail in mails:
        mail.unlink(missing_ok=True)
    return len(mails)


def _mails_to(user: User) -> list[Path]:
    """Mails that were written as files, where none leave by Postmark."""
    folder = Path(getattr(settings, "EMAIL_FILE_PATH", "/nowhere"))
    mails = folder.glob("*.log") if folder.is_dir() else ()
    return [mail for mail in mails if user.email.encode() in mail.read_bytes().lower()]


def _blocks(leaver: Leaver) -> QuerySet[Block]:
    return Block.objects.filter(Q(blocker=leaver.user) | Q(blocked=leaver.user))


# in this order: what needs the name or the address to be found comes before the account
BEFORE_THE_ACCOUNT = (
    PersonalStore(name="log of the admin", erase=_erase_log, remaining=lambda leaver: _logged(leaver.user).count()),
    PersonalStore(name="mails on disk", erase=_erase_mails, remaining=lambda leaver: len(_mails_to(leaver.user))),
)
STORES = (
    PersonalStore(
        name="account", erase=_erase_account, remaining=lambda leaver: 0 if leaver.user.erased_at is not None else 1
    ),
    PersonalStore(
        name="places in conversations",
        erase=lambda leaver: depart(user=leaver.user),
        remaining=lambda leaver: seats_to_leave(leaver.user).count(),
    ),
    PersonalStore(
        name="drafts and settings of conversations",
        erase=_erase_seats,
        remaining=lambda leaver: _private_seats(leaver.user).count(),
    ),
    PersonalStore(
        name="sign-ins and sessions",
        erase=_erase_sign_ins,
        remaining=lambda leaver: SignIn.objects.filter(user=leaver.user).count(),
    ),
    PersonalStore(
        name="blocks",
        erase=lambda leaver: _blocks(leaver).delete()[0],
        remaining=lambda leaver: _blocks(leaver).count(),
    ),
    PersonalStore(
        name="offers", erase=_erase_offers, remaining=lambda leaver: Offer.objects.filter(owner=leaver.user).count()
    ),
    PersonalStore(
        name="programs and their keys",
        erase=lambda leaver: ApiClient.objects.filter(owner=leaver.user).delete()[0],
        remaining=lambda leaver: ApiClient.objects.filter(owner=leaver.user).count(),
    ),
    PersonalStore(
        name="unsent files",
        erase=_erase_unsent_files,
        remaining=lambda leaver: Attachment.objects.filter(owner=leaver.user, message__isnull=True).count(),
    ),
    PersonalStore(
        name="answers to repeated requests",
        erase=lambda leaver: IdempotentRequest.objects.filter(user=leaver.user).delete()[0],
        remaining=lambda leaver: IdempotentRequest.objects.filter(user=leaver.user).count(),
    ),
    PersonalStore(
        name="exports of own data",
        erase=lambda leaver: delete_exports(DataExport.objects.filter(user=leaver.user)),
        remaining=lambda leaver: DataExport.objects.filter(user=leaver.user).count(),
    ),
)
