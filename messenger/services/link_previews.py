"""Link previews: fetched by a task, put on the message as a change that everybody hears of. Off by default.

Only this server meets the page; nobody's browser loads anything from there, so that a preview has no picture.
"""

from collections.abc import Mapping, Sequence

from django.db import transaction

from messenger.errors import NotFound
from messenger.models import Message
from messenger.services.changes import change_any_message, tell_edited
from messenger.services.link_notes import PREVIEW_TOPIC, first_link
from messenger.services.outbox import Carrier, Failure, Work
from messenger.services.page_heads import PageHead, head_of
from messenger.services.public_web import PUBLIC_NET, SECONDS, Net, NotPublic, fetch_page
from messenger.services.web import WebError

_BATCH = 4


def add_previews(works: Sequence[Work], *, net: Net = PUBLIC_NET) -> Mapping[int, Failure]:
    """Fetch what these messages link to and put it on them; gives what could not be fetched."""
    ids = {work.id: int(work.payload["messageId"]) for work in works}
    texts = dict(Message.objects.filter(pk__in=ids.values(), deleted_at__isnull=True).values_list("pk", "content"))
    failures: dict[int, Failure] = {}
    for work in works:
        link = first_link(texts.get(ids[work.id], ""))
        if link is None:
            continue
        try:
            page = fetch_page(link, net=net)
        except WebError as error:
            failures[work.id] = Failure(str(error), is_final=isinstance(error, NotPublic))
            continue
        head = head_of(page.html, charset=page.charset)
        if head.title:
            put_preview(message_id=ids[work.id], link=link, head=head)
    return failures


@transaction.atomic
def put_preview(*, message_id: int, link: str, head: PageHead) -> None:
    """Put a preview on a message, unless it is gone, has one, or begins with another link by now."""
    try:
        change = change_any_message(message_id=message_id)
    except NotFound:
        return
    message = change.message
    if message.deleted_at is not None or message.link_preview is not None or first_link(message.content) != link:
        return
    message.link_preview = {
        "url": link,
        "title": head.title,
        "description": head.description or None,
        "imageUrl": None,
        "siteName": head.site_name or None,
    }
    change.save("link_preview", is_update=False)
    tell_edited(change)


CARRIER = Carrier(
    topic=PREVIEW_TOPIC,
    carry=add_previews,
    batch_size=_BATCH,
    max_leased=_BATCH,
    lease_s=int(SECONDS * _BATCH) + 30,
    max_attempts=3,
    first_delay_s=30.0,
)
