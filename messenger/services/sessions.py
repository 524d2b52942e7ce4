"""Django's sessions in the database, where a signed-in session always has its `SignIn` (SESSION_ENGINE).

So whoever signs somebody in by Django's own means (the admin, a test client) makes a sign-in that can be seen and
ended like any other, and whoever throws a session away ends it.
"""

from datetime import timedelta

from asgiref.sync import sync_to_async
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.db import transaction
from django.utils import timezone

from messenger.models import SignIn, User
from messenger.selectors.identity import hash_of
from messenger.services import sign_ins
from messenger.services.sign_ins import NOWHERE, Caller

UNREMEMBERED_LASTS = timedelta(hours=24)


class SessionStore(db.SessionStore):
    """`caller` is what the sign-in will say about where it was begun."""

    caller: Caller = NOWHERE

    def save(self, must_create: bool = False) -> None:
        with transaction.atomic():
            super().save(must_create)
            if self.get(SESSION_KEY) is not None:
                self._keep_sign_in(str(self.session_key))

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        with transaction.atomic():
            super().delete(key)
            if key is not None:
                sign_ins.end_session(session_key=key)

    def cycle_key(self) -> None:
        """Give the session a new key; its sign-in, and the sockets, stay."""
        old = self.session_key
        with transaction.atomic():
            held = dict(self.items())
            self._session_cache: dict[str, object] = {}
            self.create()
            self.update(held)
            if old is not None:
                super().delete(old)
                sign_ins.move_session(old_key=old, new_key=str(self.session_key))

    async def asave(self, must_create: bool = False) -> None:
        await sync_to_async(self.save)(must_create)

    async def acycle_key(self) -> None:
        await sync_to_async(self.cycle_key)()

    async def adelete(self, session_key: str | None = None) -> None:
        await sync_to_async(self.delete)(session_key)

    def _keep_sign_in(self, key: str) -> None:
        if SignIn.objects.filter(session_key_hash=hash_of(key)).exists():
            return
        is_remembered = not self.get_expire_at_browser_close()
        sign_ins.begin_sign_in(
            user=User.objects.get(pk=self[SESSION_KEY]),
            kind=SignIn.Kind.SESSION,
            session_key=key,
            expires_at=self.get_expiry_date() if is_remembered else timezone.now() + UNREMEMBERED_LASTS,
            caller=self.caller,
        )
