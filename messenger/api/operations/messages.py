"""Messages and files (contract: Messages)."""

from messenger.api.operations.conversations import GATE
from messenger.api.operations.entries import Answer, Download, Empty, Operation
from messenger.errors import (
    EditWindowExpired,
    FileTooLarge,
    MessageRejected,
    NonceReused,
    NotAllowed,
    NotFound,
    RateLimited,
    ReasonRequired,
    UnsupportedFileType,
)
from messenger.wire_types import messages as shown
from messenger.wire_types import requests as sent

_TAG = "Messages"
_FILES = "Files"
_M = "messenger"
_IN = f"{_M}/conversations/{{conversationId}}/messages"
_ONE = f"{_IN}/{{messageId}}"
_BARE = f"{_M}/messages/{{messageId}}"
_FILE: dict[int, Answer] = {
    200: Download("The file. `ETag` names its version, `Content-Disposition` its name.", ("*/*",)),
    206: Download("The range that was asked for.", ("*/*",)),
    304: Empty("The client has this version."),
    416: Empty("The range lies outside."),
}


def _edit(path: str, name: str, alias_of: str = "") -> Operation:
    return Operation(
        method="PATCH",
        path=path,
        name=name,
        tag=_TAG,
        summary="Edit my message",
        about="For 15 minutes, by its sender. The earlier text stays in its history.",
        body=sent.Edit,
        answers={200: shown.OneMessage},
        errors=(NotFound, NotAllowed, EditWindowExpired, MessageRejected, *GATE),
        alias_of=alias_of,
    )


def _delete(path: str, name: str, alias_of: str = "") -> Operation:
    return Operation(
        method="DELETE",
        path=path,
        name=name,
        tag=_TAG,
        summary="Delete a message for everybody",
        about="By its sender, an owner or admin of the group, or a moderator. Who deleted it may restore it for 30 s.",
        answers={200: shown.OneMessage},
        errors=(NotFound, NotAllowed),
        alias_of=alias_of,
    )


def _react(path: str, name: str, alias_of: str = "") -> Operation:
    return Operation(
        method="POST",
        path=path,
        name=name,
        tag=_TAG,
        summary="React with an emoji",
        about="Toggles, or with `on` sets. At most 20 different ones on a message.",
        body=sent.ReactionIn,
        answers={200: shown.Reacted},
        errors=(NotFound, *GATE),
        alias_of=alias_of,
    )


def _history(path: str, name: str, alias_of: str = "") -> Operation:
    return Operation(
        method="GET",
        path=path,
        name=name,
        tag=_TAG,
        summary="Earlier texts of a message",
        about="For participants; for moderators with a reason.",
        query=sent.LookReason,
        answers={200: shown.History},
        errors=(NotFound, ReasonRequired, RateLimited),
        alias_of=alias_of,
    )


OPERATIONS = (
    Operation(
        method="GET",
        path=_IN,
        name="listMessages",
        tag=_TAG,
        summary="A page of messages",
        about="Oldest first; without an anchor the newest page.",
        query=sent.PageAsked,
        answers={200: shown.Messages},
        errors=(NotFound, RateLimited),
    ),
    Operation(
        method="POST",
        path=_IN,
        name="sendMessage",
        tag=_TAG,
        summary="Send a message",
        about="The same nonce again answers 200 and the same message; with another content it is 409 `nonce_reused`.",
        headers=("Idempotency-Key",),
        body=sent.NewMessage,
        form=sent.NewMessageForm,
        answers={201: shown.OneMessage, 200: shown.OneMessage},
        errors=(NotFound, *GATE, NonceReused, FileTooLarge, UnsupportedFileType, MessageRejected, RateLimited),
    ),
    _edit(_ONE, "editMessage"),
    _delete(_ONE, "deleteMessage"),
    _react(f"{_ONE}/react", "reactToMessage"),
    _history(f"{_ONE}/history", "listEarlierTexts"),
    Operation(
        method="POST",
        path=f"{_ONE}/restore",
        name="restoreMessage",
        tag=_TAG,
        summary="Restore a message that I deleted",
        about="Within 30 s, never after a moderator's removal.",
        answers={200: shown.OneMessage},
        errors=(NotFound, NotAllowed, *GATE),
    ),
    Operation(
        method="POST",
        path=f"{_ONE}/preview/remove",
        name="removePreview",
        tag=_TAG,
        summary="Take the link preview of my message away",
        answers={200: shown.OneMessage},
        errors=(NotFound, NotAllowed),
    ),
    _edit(_BARE, "editMessageById", "editMessage"),
    _delete(_BARE, "deleteMessageById", "deleteMessage"),
    _react(f"{_BARE}/reactions", "reactToMessageById", "reactToMessage"),
    _history(f"{_BARE}/history", "listEarlierTextsById", "listEarlierTexts"),
    Operation(
        method="POST",
        path=f"{_M}/attachments",
        name="uploadFile",
        tag=_FILES,
        summary="Upload a file to send later",
        about="Unsent ones vanish after 24 h. The type is read from the content; images lose their metadata.",
        form=sent.UploadForm,
        headers=("Idempotency-Key",),
        answers={201: shown.Uploaded},
        errors=(FileTooLarge, UnsupportedFileType, NonceReused, RateLimited),
    ),
    Operation(
        method="GET",
        path=f"{_M}/attachments/{{attachmentId}}",
        name="getFile",
        tag=_FILES,
        summary="Fetch a file",
        about="Participants only, checked at every fetch. Takes `Range`, `If-Range` and `If-None-Match`.",
        headers=("Range", "If-Range", "If-None-Match"),
        answers=_FILE,
        errors=(NotFound,),
    ),
    Operation(
        method="GET",
        path=f"{_M}/attachments/{{attachmentId}}/thumbnail",
        name="getThumbnail",
        tag=_FILES,
        summary="Fetch a picture's thumbnail",
        headers=("Range", "If-Range", "If-None-Match"),
        answers=_FILE,
        errors=(NotFound,),
    ),
    Operation(
        method="GET",
        path=f"{_M}/previews/{{pictureId}}",
        name="getPreviewPicture",
        tag=_FILES,
        summary="Fetch the picture of a link preview",
        about="A small copy that this host made; for participants, while the preview is there. It is `imageUrl`.",
        headers=("Range", "If-Range", "If-None-Match"),
        answers=_FILE,
        errors=(NotFound,),
    ),
)
