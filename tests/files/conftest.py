from pathlib import Path

import pytest
from django.conf import LazySettings

from messenger.models import Conversation, User
from messenger.services.conversations import NewConversation, open_conversation


@pytest.fixture
def conversation(alice: User, bob: User) -> Conversation:
    """The direct conversation of alice and bob, without messages."""
    opened = open_conversation(creator=alice, wanted=NewConversation(participant_ids=(bob.pk,)))
    return Conversation.objects.get(pk=opened.conversation[0].id)


@pytest.fixture
def group(alice: User, bob: User, carol: User) -> Conversation:
    """A group that alice owns, with bob and carol."""
    wanted = NewConversation(type="group", participant_ids=(bob.pk, carol.pk), title="Summer party")
    return Conversation.objects.get(pk=open_conversation(creator=alice, wanted=wanted).conversation[0].id)


@pytest.fixture(autouse=True)
def _own_storage(tmp_path: Path, settings: LazySettings) -> None:
    """Files of one test, in a folder of its own."""
    settings.STORAGES = {
        **settings.STORAGES,
        "attachments": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "attachments"},
        },
    }
