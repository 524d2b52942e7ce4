from collections.abc import Iterator

import pytest
from django.conf import LazySettings
from django.core.files.storage import storages
from django.db import transaction
from django.test import override_settings
from pytest_django.plugin import DjangoDbBlocker

from messenger.models import User
from tests.contracts.stage import Stage, set_stage
from tests.live import PASSWORD

PEOPLE = {
    "alice": ("Alice Martin", "customer"),
    "bob": ("Bob Baker", "supplier"),
    "carol": ("Carol Chen", "supplier"),
    "dora": ("Dora Dunn", "customer"),
    "mallory": ("Mallory Moss", "customer"),
}


@pytest.fixture(scope="module")
def set_once(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    """The stage, set once for all tests of a module, in a transaction that is never committed."""
    location = tmp_path_factory.mktemp("attachments")
    backend = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": location}}
    with (
        django_db_blocker.unblock(),
        override_settings(MESSENGER_RATE_LIMIT="off", STORAGES={**storages.backends, "attachments": backend}),
        transaction.atomic(),
    ):
        people = {
            name: User.objects.create_user(f"{name}@example.com", PASSWORD, display_name=full_name, role=role)
            for name, (full_name, role) in PEOPLE.items()
        }
        people["adam"] = User.objects.create_superuser("adam@example.com", PASSWORD, display_name="Adam Abel")
        yield set_stage(people)
        transaction.set_rollback(True)


@pytest.fixture
def stage(set_once: Stage, db: None, settings: LazySettings) -> Stage:
    """The stage as it was set; what the test does there is undone."""
    return set_once.afresh(settings)
