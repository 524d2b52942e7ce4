"""A REST client as a browser or a program would be one, on Django's test client."""

import json
from typing import Any

from django.http import HttpResponseBase
from django.test import Client

from messenger.models import User
from tests import described

Answer = tuple[int, dict[str, Any]]
_CSRF = "abcdefghijklmnopqrstuvwxyz012345"  # whoever may set the cookie may choose it


class Rest:
    """Speaks JSON; with `csrf`, it sends its cookie's token along, as the browser code does."""

    def __init__(self, *, csrf: bool = True, address: str = "127.0.0.1", token: str | None = None) -> None:
        self.django = Client(enforce_csrf_checks=True, REMOTE_ADDR=address)
        self.headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        self.last: HttpResponseBase
        if csrf:
            self.django.cookies["csrf"] = self.headers["X-CSRF-Token"] = _CSRF

    def as_user(self, user: User) -> "Rest":
        """Sign in without a password, as tests do that are not about signing in."""
        self.django.force_login(user)
        return self

    def sign_in(self, email: str, password: str, **more: object) -> Answer:
        """Sign in as a person does."""
        answer = self.post("/api/v4/auth/login", {"email": email, "password": password, **more})
        if answer[0] == 200:
            self.headers["X-CSRF-Token"] = self.django.cookies["csrf"].value
        return answer

    def get(self, path: str, **headers: str) -> Answer:
        return self.call("GET", path, None, **headers)

    def post(self, path: str, body: object = None, **headers: str) -> Answer:
        return self.call("POST", path, body, **headers)

    def patch(self, path: str, body: object = None, **headers: str) -> Answer:
        return self.call("PATCH", path, body, **headers)

    def delete(self, path: str, body: object = None, **headers: str) -> Answer:
        return self.call("DELETE", path, body, **headers)

    def call(self, method: str, path: str, body: object, **headers: str) -> Answer:
        """Send `body` (bytes as they are, else as JSON) and return status and answer; headers with `_` for `-`."""
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.last = self.django.generic(
            method, path, raw, content_type="application/json", headers={**self.headers, **named}
        )
        described.check(
            method=method,
            address=path,
            sent=raw,
            sent_type="application/json",
            status=self.last.status_code,
            answered=None if self.last.streaming else self.last.content,
        )
        if self.last.streaming:
            return self.last.status_code, {}
        is_json = self.last.headers.get("Content-Type", "").startswith("application/json")
        return self.last.status_code, json.loads(self.last.content) if is_json and self.last.content else {}
