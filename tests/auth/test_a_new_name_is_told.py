from messenger.models import Conversation, User
from messenger.services import outbox
from messenger.services.new_faces import FACE_TOPIC
from tests.rest import Rest
from tests.talks import CONVERSATIONS, M, client_of, open_direct, say

ME = "/api/v4/auth/me"


def test_a_new_name_reaches_the_copies_of_others(alice: User, bob: User) -> None:
    mine, theirs = client_of(alice), client_of(bob)
    place = open_direct(mine, bob)
    said = say(mine, place)["id"]
    before = _position(theirs, place)

    mine.patch(ME, {"displayName": "Alicia"})
    outbox.work_off(topic=FACE_TOPIC)

    status, answer = theirs.post(f"{M}/sync", {"conversations": {place: before}, "only": [place]})
    assert status == 200
    assert [(message["id"], message["senderName"]) for message in answer["messages"][place]] == [(said, "Alicia")]
    names = {person["userId"]: person["displayName"] for person in answer["conversations"][0]["participants"]}
    assert names == {str(alice.pk): "Alicia", str(bob.pk): bob.display_name}


def test_what_nobody_sees_is_told_to_nobody(alice: User, bob: User) -> None:
    place = open_direct(client_of(alice), bob)
    version = Conversation.objects.get(pk=place).version

    client_of(alice).patch(ME, {"locale": "de", "displayName": alice.display_name})
    outbox.work_off(topic=FACE_TOPIC)

    assert Conversation.objects.get(pk=place).version == version


def _position(client: Rest, place: str) -> dict[str, int]:
    _, answer = client.get(f"{CONVERSATIONS}/{place}")
    return {name: answer["conversation"][name] for name in ("version", "privateVersion", "pointerSum")}
