"""The scene of the matrix: who stands where, what there is to ask about, and how to see that nothing has changed."""

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from messenger.models import Attachment, SignIn, User
from messenger.services.attachments import upload
from messenger.services.blocks import block_person
from messenger.services.conversations import NewConversation, open_conversation
from messenger.services.drafts import Draft
from messenger.services.groups import remove_participant
from messenger.services.preview_pictures import stored
from messenger.services.sending import send_message
from messenger.services.sign_ins import NOWHERE
from messenger.services.token_pairs import issue_tokens
from tests.live import PASSWORD

ABSENT = "987654321"
MALFORMED = ("abc", "0", "-1", "1.5", "9" * 25, "%00", "%EF%BC%95", "1%0a", "1;2", "null", "%ff")
ROLES = ("anonymous", "stranger", "former", "blocked", "member", "owner")
_APPS = ("messenger", "moderation", "presence", "notifications")
_QUIET_TABLES = ("messenger_signin", "messenger_apiclient", "messenger_installation", "presence_lastseen")


@dataclass(frozen=True)
class Target:
    """What a role asks about: a conversation of its own, with a message of its own in it and a file there."""

    conversation: str
    message: str
    attachment: str
    picture: str  # of the message's link preview
    other: str  # somebody else there


@dataclass(frozen=True)
class Scene:
    """`own` is what each role has, or had, or would like to have; `foreign` belongs to two others."""

    users: dict[str, User | None]
    own: dict[str, Target]
    foreign: Target

    def actor(self, role: str) -> User:
        user = self.users[role]
        assert user is not None
        return user


def set_scene(alice: User, bob: User, carol: User, mallory: User, adam: User) -> Scene:
    """Alice owns a group with bob, carol has left it; carol and alice have a talk, and alice blocks carol.

    Only adam and dora are in the foreign one. Whoever is a stranger or has left asks about the group.
    """
    dora = User.objects.create_user("dora@example.com", PASSWORD, display_name="Dora Dunn")
    group = _open(alice, bob, carol, kind="group")
    old = _say(carol, group, "Before I left")
    remove_participant(actor=carol, conversation_id=group, user_id=carol.pk)
    talk = _open(alice, carol)
    foreign = _open(adam, dora)
    owners, members = _say(alice, group, "By alice"), _say(bob, group, "By bob")
    carols = _say(carol, talk, "By carol")
    theirs = _say(adam, foreign, "By adam")
    block_person(blocker=alice, user_id=carol.pk)
    picture = {"owner": _picture(owners), "blocked": _picture(carols), "foreign": _picture(theirs)}
    file = {"owner": _file(alice, owners), "blocked": _file(carol, carols), "foreign": _file(adam, theirs)}
    own = {
        "owner": Target(str(group), str(owners), file["owner"], picture["owner"], str(bob.pk)),
        "member": Target(str(group), str(members), file["owner"], picture["owner"], str(alice.pk)),
        "blocked": Target(str(talk), str(carols), file["blocked"], picture["blocked"], str(alice.pk)),
        "former": Target(str(group), str(old), file["owner"], picture["owner"], str(bob.pk)),
        "stranger": Target(str(group), str(members), file["owner"], picture["owner"], str(bob.pk)),
        "anonymous": Target(str(group), str(members), file["owner"], picture["owner"], str(bob.pk)),
    }
    users = {
        "anonymous": None, "stranger": mallory, "former": carol, "blocked": carol, "member": bob, "owner": alice,
    }  # fmt: skip
    return Scene(users, own, Target(str(foreign), str(theirs), file["foreign"], picture["foreign"], str(adam.pk)))


def access_token_of(user: User) -> str:
    """A token of a sign-in in this test's own transaction."""
    return issue_tokens(email=user.email, password=PASSWORD, caller=NOWHERE).access


def _row(table: str) -> str:
    """A row as text; a sign-in without what each minute of its use moves on."""
    return "(to_jsonb(t) - 'last_seen_at' - 'expires_at')::text" if table == SignIn._meta.db_table else "t::text"


def everything_stored() -> list[tuple[Any, ...]]:
    """A fingerprint of every table, but for when somebody was last seen, and the database's own name."""
    tables = [
        model._meta.db_table
        for name in _APPS
        for model in apps.get_app_config(name).get_models()
        if model._meta.managed and model._meta.db_table not in _QUIET_TABLES
    ]
    parts = " UNION ALL ".join(
        f"SELECT '{table}', md5(coalesce(string_agg(told, '|' ORDER BY told), ''))"
        f" FROM (SELECT {_row(table)} AS told FROM {table} t) x"
        for table in sorted(tables)
    )
    with connection.cursor() as cursor:
        cursor.execute(parts)
        return list(cursor.fetchall())


def _open(creator: User, *others: User, kind: str | None = None) -> int:
    wanted = NewConversation(type=kind, participant_ids=tuple(user.pk for user in others))
    return open_conversation(creator=creator, wanted=wanted).conversation[0].id


def _say(sender: User, conversation_id: int, content: str) -> int:
    return send_message(Draft(sender_id=sender.pk, conversation_id=conversation_id, content=content)).message.id


def _file(owner: User, message_id: int) -> str:
    (kept,) = upload(owner=owner, files=[SimpleUploadedFile("note.txt", b"A note.")])
    Attachment.objects.filter(pk=kept.pk).update(message_id=message_id)
    return str(kept.pk)


def _picture(message_id: int) -> str:
    with stored(b"a picture") as row:
        row.message_id = message_id
        row.save()
    return str(row.pk)
