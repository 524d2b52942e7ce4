"""A whole conversation as one participant may see it, page by page: nothing before their history, nothing once they
are out."""

from collections.abc import Iterator

from messenger.errors import NotFound
from messenger.models import User
from messenger.selectors import access
from messenger.selectors.messages import messages_between
from messenger.snapshots import MessageSnapshot

PAGE = 500


def transcript_of(*, user: User, conversation_id: int, up_to_seq: int) -> Iterator[list[MessageSnapshot]]:
    """The messages up to this one, oldest first, at most 500 at a time.

    Asked anew at each page who may see what: it ends early for somebody who is out by then.
    """
    above = 0
    while above < up_to_seq:
        try:
            seat = access.seat_of(user=user, conversation_id=conversation_id)
        except NotFound:
            return
        page = messages_between(
            conversation_id=conversation_id,
            above=max(above, seat.history_from_seq - 1),
            below=up_to_seq + 1,
            limit=PAGE,
            newest_first=False,
        )
        if not page:
            return
        above = page[-1].seq
        yield page
