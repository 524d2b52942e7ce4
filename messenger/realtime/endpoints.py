"""The product's Socket.IO endpoint: one for the process."""

from django.conf import settings

from messenger.realtime.cors import Cors
from messenger.realtime.engine import Engine
from messenger.realtime.proof import is_allowed_origin
from messenger.realtime.protocol.engineio import Rules
from messenger.realtime.seats import seats_of_addresses
from messenger.realtime.socketio_door import SocketIoClient

socketio_engine = Engine(
    rules=Rules(),
    application=SocketIoClient,
    cors=Cors(is_allowed_origin),
    seats=seats_of_addresses,
    process=settings.MESSENGER_PROCESS,
)
