"""A web process with a defect in it: `python -m tests.proof.broken untold:MessageEdited`, or another of the table."""

import sys
from collections.abc import Callable
from unittest import mock

from config import serve  # sets Django up
from messenger import bus
from messenger.events import EVENT_TYPES, Event
from messenger.models import Message
from messenger.selectors.messages import messages_by_version
from messenger.services.changes import MessageChange
from messenger.snapshots import MessageSnapshot


def command(defect: str) -> tuple[str, ...]:
    """How to start such a process."""
    return sys.executable, "-m", "tests.proof.broken", defect


def _leave_untold(kind: str) -> None:
    publish, left_out = bus.publish, EVENT_TYPES[kind]

    def publish_the_others(*events: Event) -> None:
        publish(*[event for event in events if not isinstance(event, left_out)])

    mock.patch.object(bus, "publish", publish_the_others).start()


def _leave_edits_uncounted() -> None:
    """An edit is stored and told, but gets no number of its own."""
    save = MessageChange.save

    def save_with_the_old_version(change: MessageChange, *fields: str, is_update: bool = True) -> None:
        save(change, *fields, is_update=is_update)
        if "content" in fields:
            change.conversation.version -= 1
            change.conversation.save(update_fields=["version"])
            Message.objects.filter(pk=change.message.pk).update(version=change.conversation.version)
            change.message.version = change.conversation.version

    mock.patch.object(MessageChange, "save", save_with_the_old_version).start()


def _leave_edits_out_of_sync() -> None:
    """Sync answers with new and deleted messages, but not with edited ones."""
    read = messages_by_version

    def read_others(*arguments: object, **named: object) -> list[MessageSnapshot]:
        found = read(*arguments, **named)  # type: ignore[arg-type]  # whatever it takes
        return [message for message in found if message.edited_at is None]

    mock.patch("messenger.services.sync.messages_by_version", read_others).start()


def _leave_the_unread_uncorrected() -> None:
    """A deleted message still counts as unread with the server."""
    mock.patch.object(MessageChange, "correct_unread", return_value=None).start()


DEFECTS: dict[str, Callable[[], None]] = {
    "edits-uncounted": _leave_edits_uncounted,
    "edits-out-of-sync": _leave_edits_out_of_sync,
    "unread-uncorrected": _leave_the_unread_uncorrected,
}


if __name__ == "__main__":
    name, _, event = sys.argv[1].partition(":")
    if name == "untold":
        _leave_untold(event)
    else:
        DEFECTS[name]()
    serve.main()
