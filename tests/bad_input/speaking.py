"""A client that can say anything: one connection to the real server, kept alive from request to request."""

import http.client
import json
import socket
from typing import Any

from tests.servers import Server

Json = dict[str, Any]


class Speaker:
    """Asks as one person. What breaks the connection is told as status 0."""

    def __init__(self, server: Server, token: str) -> None:
        self.server, self.token = server, token
        self._connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)

    def ask(self, method: str, path: str, raw: bytes | None = None, **headers: str) -> tuple[int, Json]:
        """One request; the body's JSON is given where there is one."""
        named = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        named |= {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            self._connection.request(method, path, raw, named)
            answer = self._connection.getresponse()
            body = answer.read()
        except (http.client.HTTPException, ConnectionError):
            self._connection.close()
            return 0, {}
        is_json = (answer.headers["Content-Type"] or "").startswith("application/json")
        return answer.status, json.loads(body) if is_json and body else {}

    def close(self) -> None:
        self._connection.close()


def say_raw(server: Server, raw: bytes) -> bytes:
    """Write bytes to a connection of their own; what comes until the server closes it or is silent."""
    heard = b""
    with socket.create_connection(("127.0.0.1", server.port), timeout=3) as connection:
        try:
            connection.sendall(raw)
            while part := connection.recv(65_536):
                heard += part
                if b"\r\n\r\n" in heard and b"Connection: close" not in raw:
                    break
        except (TimeoutError, ConnectionError):
            pass
    return heard


def spelled(body: Json) -> bytes:
    """JSON as a client may spell it, lone surrogates included."""
    return json.dumps(body, ensure_ascii=True).encode()
