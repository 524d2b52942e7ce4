from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from messenger.models import FlowAction, IdempotentRequest, User
from messenger.services.flow_conversations import NewFlowConversation, open_flow_conversation
from tests.rest import Answer
from tests.talks import CONVERSATIONS, client_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def test_of_twins_at_the_same_time_one_is_carried_out(transactional_db: None, alice: User, bob: User) -> None:
    opened = open_flow_conversation(
        wanted=NewFlowConversation(
            type="bid",
            participant_ids=(alice.pk, bob.pk),
            flow={"awaiting_role": "supplier", "current_action_data": {"buttons": [{"id": "accept"}]}},
        )
    )
    clients = [client_of(bob) for _ in range(8)]
    path = f"{CONVERSATIONS}/{opened.conversation.id}/actions"

    def press(number: int) -> Answer:
        try:
            return clients[number].post(path, {"action": "accept"}, Idempotency_Key="twin")
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(press, range(8)))

    assert [status for status, _ in answers] == [201] * 8
    assert all(answer == answers[0] for answer in answers)
    assert (FlowAction.objects.count(), IdempotentRequest.objects.count()) == (1, 1)
