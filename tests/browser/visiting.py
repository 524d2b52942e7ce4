"""People's browsers: real Chromium contexts, watched for everything that should not happen."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.test import Client
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response, WebError

from messenger.models import User
from tests.live import PASSWORD
from tests.threads import in_a_thread

__all__ = ["PASSWORD"]

DESK = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}

# every frame and window event of a new message, and each run of the chat's own listener
LISTENER = """
window.heard = {v4: [], legacy: [], ran: []};
window.addEventListener('messenger:v4:message', (event) => window.heard.v4.push(event.detail.message.id));
window.addEventListener('messenger:new-message', (event) => window.heard.legacy.push(event.detail.message.id));
"""


@dataclass
class Visits:
    """Opens pages as somebody; remembers what went wrong in any of them."""

    browser: Browser
    base_url: str
    problems: list[str] = field(default_factory=list)
    frames: list[str] = field(default_factory=list)
    _expected: list[str] = field(default_factory=list)
    _contexts: list[BrowserContext] = field(default_factory=list)

    def expect(self, *words: str) -> None:
        """Let problems pass that hold one of these words, such as `404`."""
        self._expected += words

    async def context(self, user: User | None = None, **options: Any) -> BrowserContext:
        """A browser of its own, in which `user` is signed in."""
        context = await self.browser.new_context(**{"viewport": DESK, "base_url": self.base_url, **options})
        self._contexts.append(context)
        context.set_default_timeout(30_000)
        context.on("console", self._on_console)
        context.on("weberror", self._on_error)
        context.on("request", self._on_request)
        context.on("response", self._on_response)
        await context.add_init_script(LISTENER)
        if user is not None:
            cookie = {"name": "sessionid", "value": in_a_thread(lambda: session_of(user)), "url": self.base_url}
            await context.add_cookies([cookie])  # type: ignore[list-item]  # a TypedDict, spelled out
        return context

    async def open(self, user: User | None = None, path: str = "/messenger/", **options: Any) -> Page:
        """A page of that browser, once its first view is drawn."""
        context = await self.context(user, **options)
        return await self.page(context, path, ready=options.get("java_script_enabled", True))

    async def page(self, context: BrowserContext, path: str, *, ready: bool = True) -> Page:
        """Another page in the same browser."""
        page = await context.new_page()
        page.on("websocket", lambda socket: socket.on("framereceived", self._on_frame))
        await page.goto(path)
        if ready and urlsplit(page.url).path.startswith("/messenger"):
            await page.wait_for_selector("messenger-app[data-ready=true]")
        return page

    async def leave(self) -> None:
        for context in self._contexts:
            await context.close()

    def _note(self, problem: str) -> None:
        if not any(words in problem for words in self._expected):
            self.problems.append(problem)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._note(f"console: {message.text} {message.location.get('url', '')}")

    def _on_error(self, error: WebError) -> None:
        self._note(f"script error: {error.error}")

    def _on_request(self, request: Request) -> None:
        if not request.url.startswith((self.base_url, "blob:", "data:")):
            self._note(f"request to another host: {request.url}")

    def _on_response(self, response: Response) -> None:
        if response.status >= 400:
            self._note(f"{response.status} {response.request.method} {response.url}")

    def _on_frame(self, payload: str | bytes) -> None:
        self.frames.append(payload if isinstance(payload, str) else payload.decode())


def session_of(user: User) -> str:
    """The session cookie of a fresh sign-in."""
    client = Client()
    client.force_login(user)
    return str(client.cookies["sessionid"].value)


def give_password(user: User, password: str = PASSWORD) -> None:
    """Set a password that a real server takes: its hashers are not the tests' own."""
    hasher = Argon2PasswordHasher()
    User.objects.filter(pk=user.pk).update(password=hasher.encode(password, hasher.salt()))


async def say(page: Page, text: str) -> None:
    """Write into the composer and send with Enter."""
    await page.fill("#v4ComposerTextarea", text)
    await page.press("#v4ComposerTextarea", "Enter")


def message(text: str) -> str:
    """Selects the row of the message with that text."""
    return f'.messenger-v4__message:has(.messenger-v4__message-text:text-is("{text}"))'
