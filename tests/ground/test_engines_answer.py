from django.conf import settings
from django.db import connection
from redis import Redis


def test_a_test_run_has_a_postgresql_of_its_own(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_setting('server_encoding')")

        assert cursor.fetchone() == ("messenger", "UTF8")


def test_a_test_run_has_a_valkey_of_its_own() -> None:
    with Redis.from_url(settings.REDIS_URL) as valkey:
        assert valkey.ping() is True
