"""Link previews: fetched by a task, put on the message as a change that everybody hears of. Off by default.

Only this server meets the page and its picture; browsers load our small copy of it, and nothing from there.
"""

from collections.abc import Mapping, Sequence
from urllib.parse import urljoin

import structlog
from django.db import transaction

from messenger.errors import MessengerError, NotFound
from messenger.models import Message, PreviewPicture
from messenger.services.changes import change_any_message, tell_edited
from messenger.services.link_notes import PREVIEW_TOPIC, first_link
from messenger.services.outbox import Carrier, Failure, Work
from messenger.services.page_heads import PageHead, head_of
from messenger.services.preview_pictures import copy_of, stored
from messenger.services.public_web import PUBLIC_NET, SECONDS, Net, NotPublic, Page, fetch_page, fetch_picture
from messenger.services.web import WebError

PICTURES = "/api/v4/messenger/previews"

_BATCH = 4

logger = structlog.get_logger(__name__)


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
            picture = _picture_of(head, page=page, net=net)
            put_preview(message_id=ids[work.id], link=link, head=head, picture=picture)
    return failures


def put_preview(*, message_id: int, link: str, head: PageHead, picture: bytes | None = None) -> None:
    """Put a preview on a message, unless it is gone, has one, or begins with another link by now.

    `picture` is a copy made by us (`preview_pictures.copy_of`).
    """
    if picture is None:
        _put(message_id, link, head, None)
        return
    with stored(picture) as row:
        _put(message_id, link, head, row)


@transaction.atomic
def _put(message_id: int, link: str, head: PageHead, picture: PreviewPicture | None) -> None:
    try:
        change = change_any_message(message_id=message_id)
    except NotFound:
        return
    message = change.message
    if message.deleted_at is not None or message.link_preview is not None or first_link(message.content) != link:
        return
    if picture is not None:
        picture.message = message
        picture.save()
    message.link_preview = {
        "url": link,
        "title": head.title,
        "description": head.description or None,
        "imageUrl": None if picture is None else f"{PICTURES}/{picture.pk}",
        "siteName": head.site_name or None,
    }
    change.save("link_preview", is_update=False)
    tell_edited(change)


def _picture_of(head: PageHead, *, page: Page, net: Net) -> bytes | None:
    """Our copy of the page's picture; a preview does well without one."""
    if not head.picture:
        return None
    try:
        return copy_of(fetch_picture(urljoin(page.address, head.picture), net=net))
    except (WebError, MessengerError, ValueError) as error:
        logger.info("a page's picture is left out", reason=str(error))
        return None


CARRIER = Carrier(
    topic=PREVIEW_TOPIC,
    carry=add_previews,
    batch_size=_BATCH,
    max_leased=_BATCH,
    lease_s=int(2 * SECONDS * _BATCH) + 60,
    max_attempts=3,
    first_delay_s=30.0,
)
