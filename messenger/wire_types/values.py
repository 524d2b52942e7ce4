"""The small words of v4's JSON: ids, times, closed sets. Each says what it is and shows one.

The types of this package describe what `shapes` spell and `inputs` read. Nothing is served through them: they are
what the OpenAPI and AsyncAPI documents are made from, and what the tests hold every answer against.
"""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, UnsetType

Id = Annotated[str, Meta(description="An id, as a decimal string.", pattern="^[1-9][0-9]{0,15}$", examples=["12"])]
PersonId = Annotated[str, Meta(description="A person's id.", pattern="^[1-9][0-9]{0,15}$", examples=["7"])]
MessageId = Annotated[str, Meta(description="A message's id.", pattern="^[1-9][0-9]{0,15}$", examples=["341"])]
FileId = Annotated[str, Meta(description="An attachment's id.", pattern="^[1-9][0-9]{0,15}$", examples=["58"])]

_IdText = Annotated[str, Meta(pattern="^[1-9][0-9]{0,14}$")]
_IdNumber = Annotated[int, Meta(ge=1, le=2**53 - 1)]
AnyId = Annotated[_IdText | _IdNumber, Meta(description="An id: a decimal string or a number.", examples=["12"])]
AnyPersonId = Annotated[_IdText | _IdNumber, Meta(description="A person's id.", examples=["8"])]
AnyMessageId = Annotated[_IdText | _IdNumber, Meta(description="A message's id.", examples=["341"])]

Moment = Annotated[
    str,
    Meta(
        description="ISO 8601, UTC, milliseconds.",
        pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$",
        examples=["2025-01-31T09:00:00.000Z"],
        extra_json_schema={"format": "date-time"},
    ),
]
MomentIn = Annotated[
    str,
    Meta(
        description="ISO 8601 with `Z` or an offset.",
        max_length=40,
        examples=["2025-01-31T09:00:00.000Z"],
        extra_json_schema={"format": "date-time"},
    ),
]
Seq = Annotated[int, Meta(description="The message's number in its conversation, from 1.", ge=1, examples=[17])]
Pointer = Annotated[int, Meta(description="The number of the last message reached; 0: none.", ge=0, examples=[16])]
Version = Annotated[
    int, Meta(description="The conversation's version after the change (see Staying in sync).", ge=0, examples=[41])
]
PrivateVersion = Annotated[int, Meta(description="Counts the changes of what is the caller's own.", ge=0, examples=[7])]
Count = Annotated[int, Meta(ge=0, examples=[2])]
Name = Annotated[str, Meta(description="A name, never an e-mail address.", examples=["Bob Baker"])]
Path = Annotated[str, Meta(description="A picture's path on this host.", examples=["/static/faces/bob.webp"])]
Cursor = Annotated[str, Meta(description="Opaque: give it back for the next page.", examples=["eyJzIjo0MX0"])]
Nonce = Annotated[
    str,
    Meta(
        description="The client's own name for this; the same one again makes nothing twice.",
        min_length=1,
        max_length=128,
        examples=["2f7c0a52-1f0b-4d3f-9a55-0c1f0a8f6f1e"],
    ),
]
Emoji = Annotated[
    str, Meta(description="One emoji: any Unicode emoji sequence.", min_length=1, max_length=64, examples=["👍"])
]
# no control character but tab and line breaks
PLAIN = "^[^\\x00-\\x08\\x0B\\x0C\\x0E-\\x1F\\x7F-\\x9F]*$"
Reason = Annotated[str, Meta(max_length=500, pattern=PLAIN, examples=["Asked for payment outside the platform."])]
Json = dict[str, Any]
Metadata = Annotated[Json, Meta(description="Your own JSON, at most 4 KiB.", examples=[{"source": "enquiry form"}])]

Yes = Annotated[bool, Meta(extra_json_schema={"const": True}, examples=[True])]
Role = Literal["customer", "supplier", "admin"]
Tier = Literal["free", "pro", "pro_plus"]
MemberRole = Literal["owner", "admin", "member"]
Presence = Literal["online", "away", "offline"]
ConversationType = Literal[
    "direct", "group", "marketplace", "enquiry", "supplier_network", "support", "campaign", "bid"
]
ConversationStatus = Literal["active", "closed"]
ContextType = Literal["package", "supplier_profile", "marketplace_listing", "find_a_supplier", "booking", "event"]
MessageType = Literal["text", "image", "file", "system", "automated"]
DeliveryStatus = Literal["sent", "delivered", "read"]
Notify = Literal["all", "mentions", "none"]
ChatStatus = Literal["automated", "real_time", "closed"]

Absent = UnsetType


class Shape(Struct, rename="camel", forbid_unknown_fields=True):
    """An object in an answer or an event: it has these fields and no others."""


class Input(Struct, rename="camel"):
    """An object that a client sends: fields beyond these are passed over."""


class Done(Shape):
    """It is done; there is nothing to tell beyond that."""

    success: Yes
