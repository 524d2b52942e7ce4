from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.storage import storages
from django.db import connection
from django.utils import timezone

from messenger.models import User
from messenger.services import outbox
from tests.conftest import PASSWORD
from tests.rest import Rest
from tests.talks import Json, client_of

ME = "/api/v4/me"
ERASE = {"password": PASSWORD, "confirm": "erase"}


@pytest.fixture
def as_alice(alice: User) -> Rest:
    return client_of(alice)


@pytest.fixture
def as_bob(bob: User) -> Rest:
    return client_of(bob)


@pytest.fixture(params=["keep", "delete"])
def mode(request: pytest.FixtureRequest, settings: LazySettings) -> str:
    """What the operator says of messages to others."""
    settings.MESSENGER_ERASE_MESSAGES = request.param
    return str(request.param)


@pytest.fixture
def folder(settings: LazySettings, tmp_path: Path) -> Path:
    """Private storage of this test alone, and a folder of mails."""
    mails = tmp_path / "mail"
    mails.mkdir()
    settings.EMAIL_FILE_PATH = mails
    kept = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path / "files"}}
    settings.STORAGES = {**settings.STORAGES, "attachments": kept}
    assert str(storages["attachments"].path("x")).startswith(str(tmp_path))
    return tmp_path


def erase(client: Rest) -> str:
    """Erase the account of whoever is signed in, to the end; gives the code of the receipt."""
    status, answer = client.post(f"{ME}/erase", ERASE)
    assert status == 202, answer
    work()
    return str(answer["code"])


def work() -> None:
    """Let the task do what is due within a minute."""
    outbox.work_off(topic="erasure", now=timezone.now() + timedelta(minutes=1))


def receipt(code: str) -> Json:
    status, answer = Rest(csrf=False).get(f"/api/v4/erasure/{code}")
    assert status == 200, answer
    return answer


def tables_with(token: str) -> list[str]:
    """The tables of the whole database in which some row holds the token."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        names = [name for (name,) in cursor.fetchall()]
        found = []
        for name in names:
            cursor.execute(f'SELECT count(*) FROM "{name}" t WHERE t::text ILIKE %s', [f"%{token}%"])
            (count,) = cursor.fetchone()
            found += [name] if count else []
    return found


def files_with(token: str, folder: Path) -> list[str]:
    """The files below a folder that hold the token, in name or content."""
    raw = token.encode()
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path.name for path in files if raw in path.read_bytes() or token in path.name]
