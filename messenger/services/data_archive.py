"""A person's own data as a zip of JSON and files: what they may see, and what they made."""

import zipfile
from collections.abc import Iterable, Iterator
from typing import IO

import msgspec
from django.core.files.storage import storages
from django.db.models import Q

from messenger import slots
from messenger.conversation_shapes import conversation_shape
from messenger.message_shapes import messages_shape
from messenger.models import (
    ApiClient,
    Attachment,
    Block,
    FlowAction,
    Message,
    MessageEdit,
    Offer,
    Participant,
    PreviewPicture,
    SignIn,
    User,
)
from messenger.selectors.conversations import conversation_snapshots
from messenger.selectors.messages import messages_by_ids
from messenger.selectors.transcripts import transcript_of
from messenger.services.attachments import STORAGE
from messenger.shapes import Json, iso, message_body

_PIECE = 64 * 1024
_CHUNK = 500


def write_archive(*, user: User, file: IO[bytes]) -> None:
    """Write the zip. Conversations are the person's view of them; of those that they left, their own words."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        _write(archive, "profile.json", [_json(_profile(user))])
        for name, rows in _own_rows(user):
            _write(archive, f"{name}.json", _list(rows))
        for store in slots.personal_stores():
            if store.export is not None:
                _write(archive, f"{store.name.replace(' ', '-')}.json", _list(store.export(user)))
        for conversation_id in _present_in(user):
            _write(archive, f"conversations/{conversation_id}.json", _conversation(user, conversation_id))
        _write(archive, "messages-in-conversations-left.json", _list(_words_elsewhere(user)))
        for kept in Attachment.objects.filter(_is_readable(), owner=user).order_by("pk"):
            with storages[STORAGE].open(kept.storage_name) as content:
                _write(archive, f"files/{kept.pk}-{kept.filename}", iter(lambda: content.read(_PIECE), b""))
        for picture in PreviewPicture.objects.filter(message__sender=user, message__deleted_at__isnull=True):
            with storages[STORAGE].open(picture.storage_name) as content:
                _write(archive, f"files/preview-{picture.pk}.webp", [content.read()])


def _write(archive: zipfile.ZipFile, name: str, pieces: Iterable[bytes]) -> None:
    with archive.open(name, "w", force_zip64=True) as entry:
        for piece in pieces:
            entry.write(piece)


def _json(value: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=2)


def _list(rows: Iterable[Json]) -> Iterator[bytes]:
    comma = b"["
    for row in rows:
        yield comma + b"\n" + _json(row)
        comma = b","
    yield b"\n]\n" if comma == b"," else b"[]\n"


def _profile(user: User) -> Json:
    return {
        "userId": str(user.pk),
        "email": user.email,
        "displayName": user.display_name,
        "avatar": user.avatar or None,
        "role": user.role,
        "subscriptionTier": user.subscription_tier,
        "locale": user.locale,
        "timezone": user.timezone,
        "presenceVisible": user.presence_visible,
        "createdAt": iso(user.created_at),
    }


def _own_rows(user: User) -> Iterator[tuple[str, Iterable[Json]]]:
    yield "sign-ins", (_sign_in(row) for row in SignIn.objects.filter(user=user).order_by("pk"))
    blocks = Block.objects.filter(blocker=user).select_related("blocked").order_by("pk")
    yield (
        "blocks",
        ({"displayName": b.blocked.display_name, "reason": b.reason, "at": iso(b.created_at)} for b in blocks),
    )
    offers = Offer.objects.filter(owner=user).order_by("pk")
    yield "offers", ({"kind": o.kind, "slug": o.slug, "title": o.title, "text": o.text} for o in offers)
    programs = ApiClient.objects.filter(owner=user).order_by("pk")
    yield "programs", ({"name": p.name, "scopes": p.scopes, "createdAt": iso(p.created_at)} for p in programs)
    actions = FlowAction.objects.filter(user=user).order_by("pk")
    yield "actions", ({"action": a.action, "data": a.data, "at": iso(a.created_at)} for a in actions)
    edits = MessageEdit.objects.filter(message__sender=user, message__deleted_at__isnull=True).order_by("pk")
    yield (
        "earlier-texts",
        (
            {"messageId": str(e.message_id), "content": e.content, "editedAt": iso(e.edited_at)}
            for e in edits.iterator()
        ),
    )


def _sign_in(row: SignIn) -> Json:
    return {
        "kind": row.kind,
        "userAgent": row.user_agent,
        "address": row.address,
        "createdAt": iso(row.created_at),
        "lastSeenAt": iso(row.last_seen_at),
        "endedAt": iso(row.ended_at),
    }


def _present_in(user: User) -> list[int]:
    seats = Participant.objects.filter(user=user, left_at__isnull=True)
    return list(seats.order_by("conversation_id").values_list("conversation_id", flat=True))


def _conversation(user: User, conversation_id: int) -> Iterator[bytes]:
    for seen in conversation_snapshots(ids=[conversation_id], viewer_id=user.pk, with_hidden=True):
        yield b'{"conversation":' + _json(conversation_shape(*seen, user)) + b',\n"messages":'
        pages = transcript_of(user=user, conversation_id=conversation_id, up_to_seq=seen[0].last_seq)
        yield from _list(shape for page in pages for shape in messages_shape(page, viewer_id=user.pk))
        yield b"}\n"


def _words_elsewhere(user: User) -> Iterator[Json]:
    left = Participant.objects.filter(user=user, left_at__isnull=False).values("conversation_id")
    own = Message.objects.filter(sender=user, conversation_id__in=left, deleted_at__isnull=True)
    ids = list(own.exclude(type=Message.Type.SYSTEM).order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), _CHUNK):
        found = messages_by_ids(ids[start : start + _CHUNK])
        yield from (message_body(found[key], with_quote=False) for key in sorted(found))


def _is_readable() -> Q:
    return Q(message__isnull=True) | Q(message__deleted_at__isnull=True)
