"""People who send without a pause and note what came of it, until the server ends their connection."""

import asyncio
import contextlib
import http.client
import json
import threading
from typing import Any

from websockets.exceptions import ConnectionClosed

from tests.native import Disconnected, NativeClient
from tests.servers import Server


class BusySocket:
    """Sends on one connection until it ends; keeps what was acknowledged, and how it ended."""

    def __init__(self, server: Server, token: str, place: str, name: str) -> None:
        self._client = NativeClient(server.socket_url, token=token)
        self._place, self._name = place, name
        self.acknowledged: list[str] = []
        self.retry_after: float | None = None
        self.close_code = 0

    async def run(self, is_ready: asyncio.Semaphore) -> None:
        async with self._client as client:
            await client.next("hello")
            is_ready.release()
            try:
                for number in range(100_000):
                    nonce = f"{self._name}-{number}"
                    data = {"conversationId": self._place, "content": nonce, "clientNonce": nonce}
                    await client.call("send", data)
                    self.acknowledged.append(nonce)
            except (Disconnected, ConnectionClosed):
                pass
            self.close_code = await client.closed()
            self.retry_after = client.taken("going-away")[0]["retryAfter"]


class BusyProgram(threading.Thread):
    """Posts on one connection for as long as the server lets it, then on the next one, until told to stop."""

    def __init__(self, server: Server, token: str, place: str, name: str) -> None:
        super().__init__(daemon=True)
        self._server, self._name = server, name
        self._path = f"/api/v4/messenger/conversations/{place}/messages"
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self.statuses: list[int] = []
        self.acknowledged: list[str] = []
        self.broken: list[str] = []
        self.is_told_to_stop = threading.Event()

    def run(self) -> None:
        number = 0
        while not self.is_told_to_stop.is_set():
            try:
                connection = self._connected()
            except OSError:
                return  # nobody listens any more: the process has begun to stop
            with contextlib.closing(connection):
                while not self.is_told_to_stop.is_set():
                    number += 1
                    if not self._note(connection, f"{self._name}-{number}"):
                        break

    def _note(self, connection: http.client.HTTPConnection, nonce: str) -> bool:
        """Post once, and note what came of it; False where the connection is over."""
        try:
            answer = self._post(connection, {"content": nonce, "clientNonce": nonce})
        except (OSError, http.client.HTTPException) as error:
            self.broken.append(repr(error))
            return False
        self.statuses.append(answer.status)
        if answer.status == 201:
            self.acknowledged.append(nonce)
        return not answer.will_close

    def _connected(self) -> http.client.HTTPConnection:
        connection = http.client.HTTPConnection("127.0.0.1", self._server.port, timeout=20)
        connection.connect()
        return connection

    def _post(self, connection: http.client.HTTPConnection, body: dict[str, Any]) -> http.client.HTTPResponse:
        connection.request("POST", self._path, json.dumps(body), self._headers)
        answer = connection.getresponse()
        answer.read()
        return answer
