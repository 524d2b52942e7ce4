import pytest

from config.variables import CONVERSATION_TYPES
from messenger.events import ConversationChanged, ConversationCreated, Event, MessageSent
from messenger.models import Block, Conversation, Message, User
from messenger.services.api_clients import create_client
from messenger.services.automated_lines import AutomatedMessage
from messenger.services.flow_conversations import NewFlowConversation, open_flow_conversation
from messenger.services.flows import CHAT_STATUSES
from messenger.services.rewriting import delete_conversation
from tests.flows.conftest import BUTTONS, open_bid
from tests.rest import Rest
from tests.talks import CONVERSATIONS, M, client_of, listed, open_direct, say, seen


def test_an_integrator_opens_a_bid_between_others(
    integrator: Rest, as_alice: Rest, as_bob: Rest, alice: User, bob: User, published: list[Event]
) -> None:
    flow = {"flowState": "offered", "awaitingRole": "supplier", "currentActionData": BUTTONS}
    context = {"type": "booking", "referenceId": "b-17", "referenceTitle": "Garden party"}

    status, answer = open_bid(integrator, alice, bob, flow=flow, context=context, message={"content": "Here we go"})

    conversation = answer["conversation"]
    assert (status, conversation["type"], conversation["participantCount"]) == (201, "bid", 2)
    assert conversation["flow"] == {**flow, "chatStatus": "automated"}
    assert (answer["message"]["type"], answer["message"]["content"]) == ("automated", "Here we go")
    assert listed(as_alice) == listed(as_bob) == [conversation["id"]]
    assert [type(event) for event in published] == [ConversationCreated, MessageSent]


def test_a_campaign_with_a_context_exists_once_and_stays_as_it_is(integrator: Rest, alice: User, bob: User) -> None:
    context = {"type": "booking", "referenceId": "b-17"}
    first = open_bid(integrator, alice, bob, context=context, flow={"flowState": "offered"})
    second = open_bid(integrator, bob, alice, context=context, flow={"flowState": "other"}, message="Again")
    campaign = open_bid(integrator, alice, bob, context=context, type="campaign")

    assert (first[0], second[0], campaign[0]) == (201, 200, 201)
    assert (second[1]["isExisting"], second[1]["conversation"]["flow"]["flowState"]) == (True, "offered")
    assert not Message.objects.exists()


def test_people_talk_beside_their_bid_about_the_same_thing(
    integrator: Rest, as_alice: Rest, alice: User, bob: User
) -> None:
    context = {"type": "booking", "referenceId": "b-17"}
    open_bid(integrator, alice, bob, context=context)

    status, answer = as_alice.post(CONVERSATIONS, {"participantIds": [bob.pk], "context": context})

    assert (status, answer["conversation"]["type"]) == (201, "direct")


def test_a_repeated_key_opens_nothing_twice(integrator: Rest, alice: User, bob: User) -> None:
    body = {"type": "bid", "participantIds": [alice.pk, bob.pk]}

    first = integrator.post(CONVERSATIONS, body, Idempotency_Key="k1")
    second = integrator.post(CONVERSATIONS, body, Idempotency_Key="k1")
    other = integrator.post(CONVERSATIONS, {**body, "title": "Another"}, Idempotency_Key="k1")

    assert (first[0], second[0], other[0], other[1]["code"]) == (201, 200, 409, "nonce_reused")
    assert first[1]["conversation"]["id"] == second[1]["conversation"]["id"]
    assert Conversation.objects.count() == 1
    delete_conversation(conversation_id=int(first[1]["conversation"]["id"]))
    assert integrator.post(CONVERSATIONS, body, Idempotency_Key="k1")[0] == 201


def test_a_repeated_move_shows_nothing_that_was_deleted_meanwhile(
    integrator: Rest, adam: User, alice: User, bob: User
) -> None:
    bid = open_bid(integrator, alice, bob)[1]["conversation"]["id"]
    move, body = f"{CONVERSATIONS}/{bid}/flow", {"message": {"content": "A slip"}}
    message = integrator.post(move, body, Idempotency_Key="k1")[1]["message"]
    client_of(adam).delete(f"{M}/admin/messages/{message['id']}", {"reason": "A slip"})

    status, answer = integrator.post(move, body, Idempotency_Key="k1")

    assert (status, answer["message"]["isDeleted"], answer["conversation"]["lastMessage"]["content"]) == (200, True, "")
    assert "A slip" not in str(answer)
    assert Message.objects.count() == 1


@pytest.mark.parametrize("scopes", [[], ["act-as", "notify"]])
def test_without_the_scope_nobody_opens_or_moves_one(scopes: list[str], bid: str, adam: User, alice: User) -> None:
    _, key = create_client(name="Another", owner=adam, scopes=scopes)
    program = Rest(csrf=False, token=key)

    opened = open_bid(program, alice, adam)
    moved = program.post(f"{CONVERSATIONS}/{bid}/flow", {"chatStatus": "real_time"})

    assert (opened[0], moved[0], moved[1]["code"]) == (403, 403, "not_allowed")


def test_participants_do_not_move_the_flow_themselves(as_alice: Rest, bid: str, mallory: User) -> None:
    body = {"chatStatus": "real_time"}

    own = as_alice.post(f"{CONVERSATIONS}/{bid}/flow", body)
    foreign = client_of(mallory).post(f"{CONVERSATIONS}/{bid}/flow", body)

    assert own == foreign
    assert (own[0], Conversation.objects.get().chat_status) == (403, "automated")


def test_whoever_is_gone_or_blocked_is_put_into_no_campaign(
    integrator: Rest, alice: User, bob: User, carol: User
) -> None:
    Block.objects.create(blocker=alice, blocked=bob)
    User.objects.filter(pk=carol.pk).update(is_active=False)

    for people in ((alice, bob), (alice, carol)):
        status, answer = open_bid(integrator, *people)
        assert (status, answer["code"]) == (400, "unknown_participant")
    assert not Conversation.objects.exists()


def test_a_move_says_something_and_then_tells_the_change(
    integrator: Rest, bid: str, alice: User, bob: User, published: list[Event]
) -> None:
    published.clear()

    status, answer = integrator.post(
        f"{CONVERSATIONS}/{bid}/flow",
        {
            "chatStatus": "real_time",
            "awaitingRole": None,
            "currentActionData": None,
            "message": {"content": "Bob accepted", "data": {"price": 140}},
        },
    )

    said, changed = published
    assert isinstance(said, MessageSent)
    assert isinstance(changed, ConversationChanged)
    assert (status, said.version, changed.version) == (200, 2, 3)
    assert set(said.audience) == set(changed.audience) == {alice.pk, bob.pk}
    assert changed.updates == {"flow": answer["conversation"]["flow"]}
    assert changed.updates["flow"] == {
        "flowState": "offered",
        "chatStatus": "real_time",
        "awaitingRole": None,
        "currentActionData": {},
    }
    assert (answer["message"]["metadata"], answer["message"]["senderId"]) == ({"price": 140}, None)
    assert answer["message"]["senderName"] == "Automated message"


def test_a_move_to_where_it_is_tells_nobody(integrator: Rest, bid: str, published: list[Event]) -> None:
    published.clear()

    status, answer = integrator.post(f"{CONVERSATIONS}/{bid}/flow", {"flowState": "offered"})

    assert (status, answer["conversation"]["version"], published) == (200, 1, [])


def test_people_write_only_in_real_time(integrator: Rest, as_alice: Rest, bid: str) -> None:
    refused = as_alice.post(f"{CONVERSATIONS}/{bid}/messages", {"content": "Hello"})
    integrator.post(f"{CONVERSATIONS}/{bid}/flow", {"flowState": "real_time"})

    assert (refused[0], refused[1]["code"]) == (403, "automated_mode")
    assert say(as_alice, bid)["seq"] == 1


def test_automated_messages_are_unread_found_and_bring_the_conversation_back(
    integrator: Rest, as_alice: Rest, bid: str
) -> None:
    as_alice.patch(f"{CONVERSATIONS}/{bid}", {"isArchived": True})

    integrator.post(f"{CONVERSATIONS}/{bid}/flow", {"message": "The marquee arrives at noon"})

    conversation = seen(as_alice, bid)
    assert (conversation["unreadCount"], conversation["isArchived"]) == (1, False)
    assert conversation["lastMessage"]["senderName"] == "Automated message"
    hits = as_alice.get("/api/v4/messenger/search?q=marquee")[1]["results"]
    assert [hit["type"] for hit in hits] == ["automated"]
    assert as_alice.post(f"{CONVERSATIONS}/{bid}/read")[0] == 403
    integrator.post(f"{CONVERSATIONS}/{bid}/flow", {"chatStatus": "real_time"})
    assert as_alice.post(f"{CONVERSATIONS}/{bid}/read")[1]["markedCount"] == 1


def test_what_is_no_campaign_has_no_flow_for_integrators(integrator: Rest, as_alice: Rest, bob: User) -> None:
    direct = open_direct(as_alice, bob)

    answers = [integrator.post(f"{CONVERSATIONS}/{key}/flow", {"flowState": "x"}) for key in (direct, "999", "none")]

    assert [status for status, _ in answers] == [404, 404, 404]
    assert answers[0][1] == answers[1][1] == answers[2][1]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"chatStatus": "paused"}, "chatStatus"),
        ({"flowState": "x" * 65}, "flowState"),
        ({"flowState": 7}, "flowState"),
        ({"awaitingRole": ["supplier"]}, "awaitingRole"),
        ({"currentActionData": []}, "currentActionData"),
        ({"currentActionData": {"buttons": {"id": "a"}}}, "currentActionData.buttons"),
        ({"currentActionData": {"buttons": [{"text": "no id"}]}}, "currentActionData.buttons"),
        ({"currentActionData": {"buttons": [{"id": "a"}, {"id": "a"}]}}, "currentActionData.buttons"),
        ({"currentActionData": {"buttons": [{"id": str(n)} for n in range(21)]}}, "currentActionData.buttons"),
        ({"currentActionData": {"text": "x" * 16_400}}, "currentActionData"),
        ({"message": {"content": ""}}, "message.content"),
        ({"message": {"content": "x", "data": {"externalMedia": []}}}, "message.data"),
        ({"message": {"content": "x", "data": {"long": "x" * 4_100}}}, "message.data"),
        ({"message": 7}, "message"),
    ],
)
def test_a_move_that_cannot_be_stored_changes_nothing(
    body: object, field: str, integrator: Rest, bid: str, published: list[Event]
) -> None:
    published.clear()

    status, answer = integrator.post(f"{CONVERSATIONS}/{bid}/flow", body)

    assert (status, list(answer["details"])) == (400, [field])
    assert (published, Conversation.objects.get().version) == ([], 1)


def test_a_program_inside_does_the_same_in_process(alice: User, bob: User) -> None:
    opened = open_flow_conversation(
        wanted=NewFlowConversation(
            type="campaign",
            participant_ids=(alice.pk, bob.pk),
            flow={"chat_status": "real_time"},
            message=AutomatedMessage(content="Welcome"),
        )
    )

    assert (opened.is_existing, opened.conversation.version) == (False, 2)
    assert say(client_of(alice), str(opened.conversation.id))["seq"] == 2


def test_the_settings_know_every_type_of_conversation() -> None:
    assert list(CONVERSATION_TYPES) == Conversation.Type.values
    assert "closed" in CHAT_STATUSES
