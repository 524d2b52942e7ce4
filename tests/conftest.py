from collections.abc import Iterator
from functools import lru_cache

import pytest
from django.conf import settings
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker
from redis import Redis

from messenger import bus
from messenger.events import Event
from messenger.models import User
from tests.rest import Rest

PASSWORD = "correct horse battery staple"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Let tests with real commits empty the tables afterwards: the audit log's trigger forbids it."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE moderation_auditentry DISABLE TRIGGER audit_no_truncate")


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
    return User.objects.create_user("alice@example.com", PASSWORD, display_name="Alice Martin")


@pytest.fixture
def bob(db: None) -> User:
    """A supplier, who talks with alice."""
    return User.objects.create_user("bob@example.com", PASSWORD, display_name="Bob Baker", role="supplier")


@pytest.fixture
def carol(db: None) -> User:
    """A second supplier."""
    return User.objects.create_user("carol@example.com", PASSWORD, display_name="Carol Chen", role="supplier")


@pytest.fixture
def mallory(db: None) -> User:
    """A customer who has no business here."""
    return User.objects.create_user("mallory@example.com", PASSWORD, display_name="Mallory Moss")


@pytest.fixture
def adam(db: None) -> User:
    """The administrator."""
    return User.objects.create_superuser("adam@example.com", PASSWORD, display_name="Adam Abel")


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
