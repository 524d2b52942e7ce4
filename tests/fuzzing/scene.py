"""What the fuzzers find: people, conversations, messages and files, and a document whose ids name them now and then."""

import copy
from dataclasses import dataclass, field
from typing import Any

from config.apidoc import openapi
from messenger.models import Attachment, Message, Participant, User
from tests.talks import client_of, open_direct, open_group, say

Json = dict[str, Any]
PASSWORD = "not the one that the examples show"

_PEOPLE = ("userId", "userIds", "participantIds", "recipientId", "from", "participant", "actorId")
_CONVERSATIONS = ("conversationId", "only")
_MESSAGES = ("messageId", "replyTo", "upToMessageId", "replyToId", "before", "after", "around")
_FILES = ("attachmentId", "attachmentIds")


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
    files = [str(pk) for pk in Attachment.objects.values_list("pk", flat=True)]
    persons = [str(user.pk) for user in people.values()]
    named = ((_PEOPLE, persons), (_CONVERSATIONS, [direct, group]), (_MESSAGES, mine), (_FILES, files))
    ids = {name: known for names, known in named if known for name in names}
    assert Participant.objects.count() == 5
    return Scene(ids), people


def _person(name: str) -> User:
    return User.objects.create_user(f"{name}@people.test", PASSWORD, display_name=name.title())
