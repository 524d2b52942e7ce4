import json
from contextlib import AbstractContextManager
from typing import Any

import httpx


class Poller:
    """One Socket.IO session over long polling, request by request."""

    def __init__(self, port: int, **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=named, timeout=30, verify=False)
        self.sid = ""
        answer = self.ask("GET")
        if answer.status_code != 200:
            self.close()
        assert answer.status_code == 200, answer.text
        self.sid = str(json.loads(answer.text[1:])["sid"])

    def __enter__(self) -> "Poller":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Send nothing more."""
        self.http.close()

    @property
    def _query(self) -> dict[str, str]:
        return {"EIO": "4", "transport": "polling", **({"sid": self.sid} if self.sid else {})}

    def ask(self, method: str, body: str = "") -> httpx.Response:
        return self.http.request(method, "/socket.io/", params=self._query, content=body.encode())

    def begun_poll(self) -> AbstractContextManager[httpx.Response]:
        """A poll that is answered, with the body still to be read."""
        return self.http.stream("GET", "/socket.io/", params=self._query)

    def post(self, *packets: str) -> int:
        """Send packets; the status."""
        return self.ask("POST", "\x1e".join(packets)).status_code

    def poll(self) -> list[str]:
        """The packets of the next payload; an empty list where the session is over."""
        answer = self.ask("GET")
        return answer.text.split("\x1e") if answer.status_code == 200 else []

    def wait_for(self, start: str) -> Any:
        """Poll until a packet begins so; the JSON after it."""
        while packets := self.poll():
            for packet in packets:
                if packet.startswith(start):
                    return json.loads(packet[len(start) :])
        raise AssertionError(f"the session ended while waiting for {start}")

    def sign_in(self, token: str = "") -> Any:
        """Connect to the main namespace; the greeting's data."""
        assert self.post(f'40{{"token":"{token}"}}' if token else "40") == 200
        return self.wait_for("42")[1]
