"""Every role that the contract knows, and what each asks about: something of their own, foreign, absent, malformed."""

from dataclasses import dataclass
from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from messenger.models import Attachment, DataExport, Message, SignIn, User
from messenger.services.api_clients import create_client
from messenger.services.attachments import upload
from messenger.services.blocks import block_person, unblock_person
from messenger.services.drafts import Draft
from messenger.services.editing import delete_message
from messenger.services.erasing import request_erasure
from messenger.services.flow_conversations import NewFlowConversation, open_flow_conversation
from messenger.services.flows import FlowChanges
from messenger.services.sending import send_message
from messenger.services.sign_ins import NOWHERE
from moderation.models import Report
from moderation.services.reports import Complaint, report_message
from tests.files import samples
from tests.live import PASSWORD
from tests.matrix.scene import ABSENT, ROLES, Target, access_token_of, set_scene
from tests.rest import Rest

EVERY_ROLE = (*ROLES, "admin", "client")
TARGETS = ("own", "foreign", "absent", "malformed")
BUTTONS = {"buttons": [{"id": "accept", "text": "Accept"}]}
Ids = dict[str, str]


@dataclass
class Everybody:
    """`clients` calls as each role; `ids` says what the names in an address and a body stand for."""

    clients: dict[str, Rest]
    ids: dict[tuple[str, str], Ids]


def set_everybody() -> Everybody:
    """The scene, with an administrator who is in none of it and an API client that moves flows."""
    alice, bob, carol, mallory, adam = (_person(name) for name in ("alice", "bob", "carol", "mallory", "adam"))
    scene = set_scene(alice, bob, carol, mallory, adam)
    anna = User.objects.create_superuser("anna@example.com", PASSWORD, display_name="Anna Admin")
    ivan = _person("ivan")
    _, key = create_client(name="Offers", owner=ivan, scopes=["flow"])
    dora = User.objects.get(email="dora@example.com")
    people = scene.users | {"admin": anna, "client": ivan}
    clients = {role: _client(person, role, key) for role, person in people.items()}
    unblock_person(blocker=alice, user_id=carol.pk)
    more = {
        "foreign": _more(scene.foreign, adam, dora),
        "owner": _more(scene.own["owner"], alice, bob),
        "blocked": _more(scene.own["blocked"], carol, alice),
    }
    block_person(blocker=alice, user_id=carol.pk)
    more["member"] = {**more["owner"], **_deleted(bob, scene.own["member"])}
    code = _erased()
    ids: dict[tuple[str, str], Ids] = {}
    for role in EVERY_ROLE:
        target = scene.own.get(role) or scene.own["stranger"]
        own = _named(target) | more.get(role, more["owner"]) | _of(people[role] or alice) | {"code": code}
        ids[role, "own"] = own
        ids[role, "foreign"] = _named(scene.foreign) | more["foreign"] | _of(adam) | {"code": code}
        ids[role, "absent"] = dict.fromkeys(own, ABSENT)
        ids[role, "malformed"] = dict.fromkeys(own, "abc")
    return Everybody(clients, ids)


def _person(name: str) -> User:
    role = {"bob": "supplier", "carol": "supplier"}.get(name, "customer")
    return User.objects.create_user(f"{name}@example.com", PASSWORD, display_name=f"{name.title()} Miller", role=role)


def _client(person: User | None, role: str, key: str) -> Rest:
    if person is None:
        return Rest()
    return Rest(token=key if role == "client" else access_token_of(person))


def _named(target: Target) -> Ids:
    return {
        "conversationId": target.conversation,
        "messageId": target.message,
        "attachmentId": target.attachment,
        "pictureId": target.picture,
        "userId": target.other,
    }


def _of(person: User) -> Ids:
    """What is one's own wherever one stands: a place where one is signed in, an export."""
    sign_in = SignIn.objects.filter(user=person).order_by("pk").last()
    export, _ = DataExport.objects.get_or_create(user=person)
    return {"signInId": ABSENT if sign_in is None else str(sign_in.pk), "exportId": str(export.pk)}


def _more(target: Target, one: User, other: User) -> Ids:
    """A message that `one` has just deleted, a bid of the two in which `one` is awaited, a report by `other`."""
    complaint = Complaint(reason=Report.Reason.SPAM, details="")
    report, _ = report_message(reporter=other, message_id=int(target.message), complaint=complaint)
    kept = report.evidence.files.first()
    flow = FlowChanges(awaiting_role=one.role, current_action_data=BUTTONS)
    wanted = NewFlowConversation(type="bid", participant_ids=(one.pk, other.pk), flow=flow)
    bid = open_flow_conversation(opener=one, wanted=wanted)
    return {
        **_deleted(one, target),
        "imageId": _image(one, target),
        "bidId": str(bid.conversation.id),
        "reportId": str(report.pk),
        "fileId": ABSENT if kept is None else str(kept.pk),
    }


def _deleted(sender: User, target: Target) -> Ids:
    sent = send_message(Draft(sender_id=sender.pk, conversation_id=int(target.conversation), content="Oops"))
    delete_message(actor=sender, message_id=sent.message.id)
    lasting = timezone.now() + timedelta(hours=1)  # it can be restored as long as the tests take
    Message.objects.filter(pk=sent.message.id).update(deleted_at=lasting)
    return {"deletedId": str(sent.message.id)}


def _image(owner: User, target: Target) -> str:
    (kept,) = upload(owner=owner, files=[SimpleUploadedFile("picture.png", samples.picture())])
    Attachment.objects.filter(pk=kept.pk).update(message_id=int(target.message))
    return str(kept.pk)


def _erased() -> str:
    zoe = _person("zoe")
    return request_erasure(user=zoe, password=PASSWORD, confirmation="erase", caller=NOWHERE)
