"""What the fuzzers find: people, conversations, messages and files, and a document whose ids name them now and then."""

import copy
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from config.apidoc import openapi
from messenger.models import Attachment, Message, Participant, User
from messenger.services.attachments import upload
from messenger.services.preview_pictures import stored
from tests.files import samples
from tests.talks import client_of, open_direct, open_group, say

Json = dict[str, Any]
PASSWORD = "not the one that the examples show"

_PEOPLE = ("userId", "userIds", "participantIds", "recipientId", "from", "participant", "actorId")
_CONVERSATIONS = ("conversationId", "only")
_MESSAGES = ("messageId", "replyTo", "upToMessageId", "replyToId", "before", "after", "around")
_FILES = ("attachmentId", "attachmentIds")
_PICTURES = ("pictureId",)


@dataclass
class Scene:
    """Ids that are there, by what they name."""

    ids: dict[str, list[str]] = field(default_factory=dict)

    def document(self) -> Json:
        """The API document, with these ids beside all others."""
        made = copy.deepcopy(openapi.document())
        for methods in made["paths"].values():
            for entry in methods.values():
                for parameter in entry["parameters"]:
                    parameter["schema"] = self._known(parameter["name"], parameter["schema"])
        for schema in made["components"]["schemas"].values():
            for name, inner in schema.get("properties", {}).items():
                schema["properties"][name] = self._known(name, inner)
        return made

    def _known(self, name: str, schema: Json) -> Json:
        known = self.ids.get(name)
        if known is None or "$ref" in schema or "pattern" not in repr(schema):
            return schema
        if schema.get("type") == "array":
            return {**schema, "items": {"anyOf": [{"enum": known}, schema["items"]]}}
        return {"anyOf": [{"enum": known}, schema]}


def build() -> tuple[Scene, dict[str, User]]:
    """Alice and bob with a direct conversation and a group, and mallory and adam who have no part in them."""
    people = {name: _person(name) for name in ("alice", "bob", "carol", "mallory", "adam")}
    User.objects.filter(pk=people["adam"].pk).update(role=User.Role.ADMIN, is_staff=True, is_superuser=True)
    alice, bob = client_of(people["alice"]), client_of(people["bob"])
    direct = open_direct(alice, people["bob"])
    group = open_group(alice, people["bob"], people["carol"], title="Summer party")
    mine = [say(alice, place, f"Line {number} of the garden")["id"] for place in (direct, group) for number in (1, 2)]
    mine.append(say(bob, direct, "An answer", replyTo=mine[0])["id"])
    mine.append(str(Message.objects.filter(type="system").values_list("pk", flat=True).first() or mine[0]))
    files = _files(people["alice"], mine[0])
    persons = [str(user.pk) for user in people.values()]
    named = (
        (_PEOPLE, persons),
        (_CONVERSATIONS, [direct, group]),
        (_MESSAGES, mine),
        (_FILES, files),
        (_PICTURES, [_picture(mine[0])]),
    )
    ids = {name: known for names, known in named if known for name in names}
    assert Participant.objects.count() == 5
    return Scene(ids), people


def _files(owner: User, message_id: str) -> list[str]:
    """A picture that was sent, a text that was sent, and one that was not."""
    contents = (("a.png", samples.picture()), ("b.txt", b"0123456789"), ("c.txt", b"Not sent"))
    files = [SimpleUploadedFile(name, content) for name, content in contents]
    kept = [str(file.pk) for file in upload(owner=owner, files=files)]
    Attachment.objects.filter(pk__in=kept[:2]).update(message_id=message_id)
    return kept


def _picture(message_id: str) -> str:
    with stored(b"a picture of a page") as row:
        row.message_id = int(message_id)
        row.save()
    return str(row.pk)


def _person(name: str) -> User:
    return User.objects.create_user(f"{name}@people.test", PASSWORD, display_name=name.title())
