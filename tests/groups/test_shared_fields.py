import pytest

from messenger.events import ConversationChanged, Event
from messenger.models import User
from tests.rest import Rest
from tests.talks import CONVERSATIONS, open_group, say, seen


@pytest.fixture
def address(as_alice: Rest, bob: User, carol: User) -> str:
    return f"{CONVERSATIONS}/{open_group(as_alice, bob, carol, title='Party')}"


def test_a_new_title_is_told_to_all(as_alice: Rest, as_bob: Rest, address: str, published: list[Event]) -> None:
    published.clear()

    status, answer = as_alice.patch(address, {"title": " Summer \n party ", "metadata": {"room": 5}})

    assert (status, answer["conversation"]["title"]) == (200, "Summer party")
    conversation = as_bob.get(address)[1]["conversation"]
    assert (conversation["title"], conversation["metadata"], conversation["version"]) == (
        "Summer party",
        {"room": 5},
        2,
    )
    (event,) = published
    assert isinstance(event, ConversationChanged)
    assert (len(event.audience), event.version) == (3, 2)
    assert event.updates == {"title": "Summer party", "metadata": {"room": 5}}


def test_the_same_title_again_tells_nobody(as_alice: Rest, address: str, published: list[Event]) -> None:
    published.clear()

    assert as_alice.patch(address, {"title": "Party"})[0] == 200

    assert published == []


@pytest.mark.parametrize("body", [{"title": "Mine"}, {"status": "closed"}, {"avatar": "/x.png"}, {"metadata": {}}])
def test_members_change_nothing_that_is_shared(as_bob: Rest, address: str, body: object) -> None:
    status, answer = as_bob.patch(address, body)

    assert (status, answer["code"]) == (403, "not_allowed")
    assert as_bob.get(address)[1]["conversation"]["version"] == 1


def test_a_refused_shared_field_keeps_ones_own_ones_back(as_bob: Rest, address: str) -> None:
    as_bob.patch(address, {"isPinned": True, "title": "Mine"})

    assert as_bob.get(address)[1]["conversation"]["isPinned"] is False


def test_in_a_closed_group_nobody_writes_until_it_is_opened(
    as_alice: Rest, as_bob: Rest, address: str, mallory: User
) -> None:
    as_alice.patch(address, {"status": "closed"})

    status, answer = as_bob.post(f"{address}/messages", {"content": "Hello?"})
    assert (status, answer["code"]) == (403, "conversation_closed")
    permissions = as_bob.get(address)[1]["conversation"]["permissions"]
    assert (permissions["canSend"], permissions["reason"]) == (False, "conversation_closed")
    people = {"userIds": [mallory.pk]}
    assert as_alice.post(f"{address}/participants", people)[1]["code"] == "conversation_closed"
    permissions = as_alice.get(address)[1]["conversation"]["permissions"]
    assert permissions.pop("reason") == "conversation_closed"
    assert {name for name, is_allowed in permissions.items() if is_allowed} == {"canRename", "canRemove", "canClose"}

    as_alice.patch(address, {"status": "active"})
    say(as_bob, address.rsplit("/", 1)[1])


def test_a_moderator_who_is_in_may_close_and_no_more(as_adam: Rest, alice: User, bob: User, adam: User) -> None:
    conversation_id = open_group(Rest().as_user(alice), bob, adam, title="Support")

    assert as_adam.patch(f"{CONVERSATIONS}/{conversation_id}", {"title": "Mine"})[0] == 403
    assert as_adam.patch(f"{CONVERSATIONS}/{conversation_id}", {"status": "closed"})[0] == 200
    assert seen(as_adam, conversation_id)["status"] == "closed"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "x" * 201),
        ("title", 5),
        ("title", "a\u0007b"),
        ("avatar", "https://elsewhere.example/x.png"),
        ("avatar", "//elsewhere.example/x.png"),
        ("avatar", "/\\elsewhere.example/x.png"),
        ("avatar", "javascript:alert(1)"),
        ("metadata", []),
        ("metadata", {"x": "y" * 5000}),
        ("status", "open"),
    ],
)
def test_a_value_that_cannot_be_taken_is_refused(as_alice: Rest, address: str, field: str, value: object) -> None:
    status, answer = as_alice.patch(address, {field: value})

    assert (status, list(answer["details"])) == (400, [field])
    assert as_alice.get(address)[1]["conversation"]["version"] == 1


def test_a_picture_of_this_host_is_taken_and_taken_away(as_alice: Rest, address: str) -> None:
    path = "/api/v4/messenger/attachments/5"

    assert as_alice.patch(address, {"avatar": path})[1]["conversation"]["avatar"] == path
    assert as_alice.patch(address, {"avatar": None})[1]["conversation"]["avatar"] is None
