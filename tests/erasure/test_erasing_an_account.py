import pytest
from django.conf import LazySettings

from messenger.events import ConversationChanged, Event, SessionEnded
from messenger.models import Conversation, Erasure, Message, OutboxEntry, Participant, User
from messenger.services import erasing
from messenger.services.api_clients import create_client
from messenger.services.erasing import every_store
from tests.conftest import PASSWORD
from tests.erasure.conftest import ERASE, ME, erase, receipt, work
from tests.rest import Rest
from tests.talks import CONVERSATIONS, M, client_of, listed, open_direct, open_group, say, seen


def test_the_account_is_closed_at_once_and_the_code_shown_once(
    as_alice: Rest, alice: User, published: list[Event]
) -> None:
    status, answer = as_alice.post(f"{ME}/erase", ERASE)

    assert (status, answer["state"], len(answer["code"])) == (202, "waiting", 24)
    assert [type(event) for event in published] == [SessionEnded]
    assert as_alice.get(CONVERSATIONS)[0] == 401
    assert Rest().sign_in(alice.email, PASSWORD)[0] == 401
    assert answer["code"] not in str(list(Erasure.objects.values()))


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"password": "wrong", "confirm": "erase"}, 401, "invalid_credentials"),
        ({"password": PASSWORD, "confirm": "yes"}, 400, "validation_error"),
        ({"password": PASSWORD}, 400, "validation_error"),
        ({"confirm": "erase"}, 400, "validation_error"),
    ],
)
def test_it_needs_the_password_and_the_word(body: object, status: int, code: str, as_alice: Rest, alice: User) -> None:
    answered = as_alice.post(f"{ME}/erase", body)

    alice.refresh_from_db()
    assert (answered[0], answered[1]["code"], alice.is_active) == (status, code, True)
    assert not OutboxEntry.objects.exists()


def test_a_receipt_lists_every_store_with_count_and_state(as_alice: Rest, as_bob: Rest, bob: User) -> None:
    conversation = open_direct(as_alice, bob)
    say(as_alice, conversation)
    code = as_alice.post(f"{ME}/erase", ERASE)[1]["code"]
    waiting = receipt(code)

    work()

    done = receipt(code)
    assert (waiting["state"], {line["state"] for line in waiting["stores"]}) == ("waiting", {"waiting", "outside"})
    assert (done["state"], done["finishedAt"] is not None) == ("done", True)
    lines = {line["store"]: line for line in done["stores"]}
    assert list(lines)[:-2] == [store.name for store in every_store()]
    assert (lines["account"]["count"], lines["account"]["state"]) == (1, "erased")
    assert (lines["messages"]["count"], lines["messages"]["state"], lines["messages"]["remaining"]) == (1, "kept", 1)
    assert lines["backups"]["state"] == "outside"


def test_a_receipt_can_be_verified_later(as_alice: Rest, alice: User, bob: User, settings: LazySettings) -> None:
    settings.MESSENGER_ERASE_MESSAGES = "delete"
    conversation = open_direct(as_alice, bob)
    code = erase(as_alice)
    assert {line["remaining"] for line in receipt(code)["stores"]} == {0}

    Message.objects.create(
        conversation_id=int(conversation), seq=1, version=2, countable_seq=1, sender=alice, content="From a backup"
    )

    lines = {line["store"]: (line["state"], line["remaining"]) for line in receipt(code)["stores"]}
    assert lines["messages"] == ("waiting", 1)


def test_a_wrong_code_opens_nothing(rest: Rest) -> None:
    assert rest.get("/api/v4/erasure/AAAAAAAAAAAAAAAAAAAAAAAA")[0] == 404


def test_others_see_a_deleted_user_and_a_closed_conversation(
    as_alice: Rest, as_bob: Rest, bob: User, mode: str, published: list[Event]
) -> None:
    conversation = open_direct(as_alice, bob)
    say(as_alice, conversation, "My words")
    before = seen(as_bob, conversation)

    erase(as_alice)

    after = seen(as_bob, conversation)
    (message,) = as_bob.get(f"{CONVERSATIONS}/{conversation}/messages")[1]["messages"]
    assert [seat["displayName"] for seat in after["participants"]] == ["Deleted user", "Bob Baker"]
    assert (after["status"], after["permissions"]["canSend"]) == ("closed", False)
    assert (message["senderName"], message["isDeleted"]) == ("Deleted user", mode == "delete")
    assert message["content"] == ("My words" if mode == "keep" else "")
    assert (before["unreadCount"], after["unreadCount"]) == (1, 1 if mode == "keep" else 0)
    versions = [event.version for event in published if isinstance(event, ConversationChanged)]
    assert versions[-1] == after["version"]


def test_clients_are_told_every_message_that_changed(as_alice: Rest, as_bob: Rest, bob: User, mode: str) -> None:
    conversation = open_direct(as_alice, bob)
    for number in range(3):
        say(as_alice, conversation, f"Line {number}")
    own = say(as_bob, conversation, "Mine")
    as_alice.post(f"{M}/messages/{own['id']}/reactions", {"emoji": "👍"})
    state = seen(as_bob, conversation)
    known = {key: state[key] for key in ("version", "privateVersion", "pointerSum")}

    erase(as_alice)

    answer = as_bob.post(f"{M}/sync", {"conversations": {conversation: known}})[1]
    told = {message["seq"]: message for message in answer["messages"][conversation]}
    assert (sorted(told), told[4]["reactions"]) == ([1, 2, 3, 4], [])
    assert answer["positions"][conversation]["version"] == seen(as_bob, conversation)["version"]


def test_a_group_goes_on_with_another_owner(as_alice: Rest, as_bob: Rest, bob: User, carol: User) -> None:
    group = open_group(as_alice, bob, carol, title="Party")
    as_alice.patch(f"{CONVERSATIONS}/{group}/participants/{carol.pk}", {"memberRole": "admin"})

    erase(as_alice)

    shown = seen(as_bob, group)
    assert {seat["displayName"]: seat["memberRole"] for seat in shown["participants"]} == {
        "Bob Baker": "member",
        "Carol Chen": "owner",
    }
    lines = [message["content"] for message in as_bob.get(f"{CONVERSATIONS}/{group}/messages")[1]["messages"]]
    assert lines == ["Deleted user made Carol Chen an admin.", "Deleted user left."]


def test_unread_counts_stay_exact(as_alice: Rest, as_bob: Rest, bob: User, mode: str) -> None:
    conversation = open_direct(as_alice, bob)
    for number in range(3):
        message = say(as_alice, conversation, f"Line {number}")
    as_bob.post(f"{CONVERSATIONS}/{conversation}/read", {"upToSeq": 1})
    as_alice.delete(f"{M}/messages/{message['id']}")

    erase(as_alice)

    assert seen(as_bob, conversation)["unreadCount"] == (1 if mode == "keep" else 0)
    assert listed(as_bob) == [conversation]


def test_nobody_finds_or_adds_them_any_more(as_alice: Rest, as_bob: Rest, alice: User, carol: User) -> None:
    erase(as_alice)

    contacts = as_bob.get(f"{M}/contacts")[1]["contacts"]
    status, answer = as_bob.post(CONVERSATIONS, {"participantIds": [alice.pk, carol.pk]})
    assert [person["displayName"] for person in contacts] == ["Carol Chen"]
    assert (status, answer["code"]) == (400, "unknown_participant")


def test_doing_it_twice_changes_nothing(as_alice: Rest, as_bob: Rest, bob: User, mode: str) -> None:
    conversation = open_direct(as_alice, bob)
    say(as_alice, conversation)
    code = erase(as_alice)
    before = receipt(code)["stores"], seen(as_bob, conversation)["version"]
    OutboxEntry.objects.filter(topic="erasure").update(state="waiting")

    work()

    assert (receipt(code)["stores"], seen(as_bob, conversation)["version"]) == before


def test_what_breaks_off_goes_on_where_it_was(
    as_alice: Rest, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(as_alice, open_direct(as_alice, bob))
    status, answer = as_alice.post(f"{ME}/erase", ERASE)
    stores = every_store()

    def break_off() -> list[object]:
        raise ConnectionError

    monkeypatch.setattr(erasing, "every_store", lambda: [*stores[:4], *break_off()])
    with pytest.raises(ConnectionError):
        work()
    monkeypatch.undo()
    assert (status, OutboxEntry.objects.get().state) == (202, "waiting")
    OutboxEntry.objects.update(due_at=Conversation.objects.get().created_at)

    work()

    assert receipt(answer["code"])["state"] == "done"


def test_the_seat_holds_nothing_private(as_alice: Rest, alice: User, bob: User) -> None:
    conversation = open_direct(as_alice, bob)
    as_alice.patch(f"{CONVERSATIONS}/{conversation}", {"isPinned": True, "draft": {"text": "x", "baseRev": 0}})

    erase(as_alice)

    seat = Participant.objects.get(user=alice)
    assert (seat.draft, seat.is_pinned, seat.is_hidden) == (None, False, True)


def test_an_api_client_of_theirs_is_refused_at_once(as_alice: Rest, alice: User) -> None:
    _, key = create_client(name="Mine", owner=alice, scopes=[])
    as_alice.post(f"{ME}/erase", ERASE)

    assert Rest(csrf=False, token=key).get(CONVERSATIONS)[0] == 401


def test_a_client_cannot_erase_whom_it_acts_for(adam: User, alice: User) -> None:
    _, key = create_client(name="Agent", owner=adam, scopes=["act-as"])

    status, _ = Rest(csrf=False, token=key).post(f"{ME}/erase", {**ERASE, "password": "guess"}, X_Act_As=str(alice.pk))

    assert (status, client_of(alice).get(CONVERSATIONS)[0]) == (401, 200)
