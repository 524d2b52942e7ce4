"""A file that was uploaded first goes with one message, however many try at once."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from messenger.errors import MessengerError, ValidationFailed
from messenger.models import Attachment, Conversation, Message, User
from messenger.services.drafts import Draft
from messenger.services.sending import Sent, send_message, send_messages
from tests.files import samples
from tests.files.test_only_harmless_files_are_taken import upload

ROUNDS = 8


def _draft(sender: User, conversation: Conversation, file: int) -> Draft:
    return Draft(sender_id=sender.pk, conversation_id=conversation.pk, content="Look", attachment_ids=(file,))


def _uploaded(owner: User) -> int:
    return int(upload(owner, samples.PDF)[1]["attachment"]["id"])


def test_of_two_in_one_batch_the_second_is_refused(
    alice: User, conversation: Conversation, group: Conversation
) -> None:
    file = _uploaded(alice)

    first, second = send_messages([_draft(alice, conversation, file), _draft(alice, group, file)])

    assert isinstance(first, Sent)
    assert isinstance(second, ValidationFailed)
    assert [item.id for item in first.message.attachments] == [file]
    assert Attachment.objects.get(pk=file).message_id == first.message.id
    assert Message.objects.filter(conversation=group).exclude(type="system").count() == 0


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_is_refused(alice: User, conversation: Conversation, group: Conversation) -> None:
    for _ in range(ROUNDS):
        file, start = _uploaded(alice), threading.Barrier(2)

        def send(place: Conversation, file: int = file, start: threading.Barrier = start) -> Sent | MessengerError:
            try:
                start.wait(10)
                return send_message(_draft(alice, place, file))
            except MessengerError as error:
                return error
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as threads:
            outcomes = list(threads.map(send, (conversation, group)))

        sent = [outcome for outcome in outcomes if isinstance(outcome, Sent)]
        refused = [outcome for outcome in outcomes if isinstance(outcome, ValidationFailed)]
        assert (len(sent), len(refused)) == (1, 1)
        assert Attachment.objects.get(pk=file).message_id == sent[0].message.id
