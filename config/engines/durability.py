from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from django.db import OperationalError, connection

from config import env


def require_durable_commits() -> None:
    """Refuse a database that acknowledges commits before they are on disk; `MESSENGER_UNSAFE_COMMITS` lets it pass.

    :raises BadSetting: `DATABASE_URL` cannot be reached, or names such a database.
    """
    if settings.MESSENGER_UNSAFE_COMMITS:
        return
    # a thread of its own: the caller may be on a loop, where Django refuses to wait
    with ThreadPoolExecutor(1) as thread:
        thread.submit(_look).result()


def _look() -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('fsync'), current_setting('synchronous_commit')")
            fsync, synchronous_commit = cursor.fetchone()
    except OperationalError as error:
        raise env.BadSetting("DATABASE_URL", f"names a database that does not answer: {error}") from None
    finally:
        connection.close()
    for name, value in (("fsync", fsync), ("synchronous_commit", synchronous_commit)):
        if value == "off":
            raise env.BadSetting("DATABASE_URL", f"names a database with {name}=off, which loses messages.")
