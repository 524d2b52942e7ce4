from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache

import pytest
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import OperationalError, connection
from django.db.backends.base.operations import BaseDatabaseOperations
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker
from redis import Redis

from messenger import bus
from messenger.events import Event
from messenger.models import User
from tests.rest import Rest

PASSWORD = "correct horse battery staple"
FLUSHED_WITHIN = 5


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Let tests with real commits empty the tables afterwards: the audit log's trigger forbids it."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE moderation_auditentry DISABLE TRIGGER audit_no_truncate")


@pytest.fixture(scope="session", autouse=True)
def _patient_flush() -> Iterator[None]:
    """Empty the tables again where a server, still busy with a test's last requests, stood in the way."""
    empty = BaseDatabaseOperations.execute_sql_flush

    def patiently(self: BaseDatabaseOperations, sql_list: list[str]) -> None:
        for _ in range(FLUSHED_WITHIN - 1):
            with suppress(OperationalError):
                return empty(self, sql_list)
        return empty(self, sql_list)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", patiently)
        yield


@pytest.fixture(autouse=True)
def _fresh_valkey() -> None:
    """Forget what earlier tests counted: tries, limits, presence. Only in the engine of this run."""
    if settings.REDIS_URL.startswith("unix:"):
        _valkey(settings.REDIS_URL).flushdb()


@lru_cache
def _valkey(url: str) -> Redis:
    return Redis.from_url(url)


@pytest.fixture
def alice(db: None) -> User:
    """A customer, who talks with bob."""
    return _person("alice@example.com", "Alice Martin")


@pytest.fixture
def bob(db: None) -> User:
    """A supplier, who talks with alice."""
    return _person("bob@example.com", "Bob Baker", role="supplier")


@pytest.fixture
def carol(db: None) -> User:
    """A second supplier."""
    return _person("carol@example.com", "Carol Chen", role="supplier")


@pytest.fixture
def mallory(db: None) -> User:
    """A customer who has no business here."""
    return _person("mallory@example.com", "Mallory Moss")


@pytest.fixture
def adam(db: None) -> User:
    """The administrator."""
    return _person("adam@example.com", "Adam Abel", role="admin", is_staff=True, is_superuser=True)


@pytest.fixture
def desk(adam: User) -> Client:
    """Adam's browser, in the Django admin."""
    client = Client()
    client.force_login(adam)
    return client


def _person(email: str, name: str, **fields: object) -> User:
    """Somebody of the cast, in one statement: thousands of tests begin so."""
    password = make_password(PASSWORD)
    return User.objects.create(email=email, password=password, display_name=name, **fields)


@pytest.fixture
def published() -> Iterator[list[Event]]:
    """Every event that the test's services publish, in order."""
    events: list[Event] = []
    reactor = events.extend
    bus.connect(reactor, in_transaction=True)
    yield events
    bus.disconnect(reactor)


@pytest.fixture
def rest(db: None) -> Rest:
    """A client that nobody is signed in with."""
    return Rest()
