"""The kernel's tables: one noun a file, constraints and indexes beside the fields they guard."""

from messenger.models.attachments import Attachment
from messenger.models.clients import ApiClient, IdempotentRequest
from messenger.models.conversations import Conversation, Participant
from messenger.models.flows import FlowAction
from messenger.models.installation import Installation
from messenger.models.messages import Message, MessageEdit
from messenger.models.offers import Offer
from messenger.models.outbox import OutboxEntry
from messenger.models.own_data import DataExport, Erasure
from messenger.models.preview_pictures import PreviewPicture
from messenger.models.reactions import Reaction
from messenger.models.safety import Block
from messenger.models.signins import SignIn
from messenger.models.users import User

__all__ = [
    "ApiClient",
    "Attachment",
    "Block",
    "Conversation",
    "DataExport",
    "Erasure",
    "FlowAction",
    "IdempotentRequest",
    "Installation",
    "Message",
    "MessageEdit",
    "Offer",
    "OutboxEntry",
    "Participant",
    "PreviewPicture",
    "Reaction",
    "SignIn",
    "User",
]
