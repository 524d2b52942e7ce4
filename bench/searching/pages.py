"""Search as the API does it, in one process: `python -m bench.searching.pages SEARCHES`. Prints figures as JSON."""

import json
import os
import random
import sys
import time
from collections.abc import Callable

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from bench.searching.rows import PEOPLE, WORDS  # noqa: E402
from messenger.conversation_shapes import conversation_shapes  # noqa: E402  # needs the apps
from messenger.message_shapes import search_hits_shape  # noqa: E402
from messenger.models import User  # noqa: E402
from messenger.selectors.conversations import conversation_snapshots  # noqa: E402
from messenger.selectors.search import SearchRequest, search_messages  # noqa: E402


def main() -> None:
    """Time so many searches of ordinary members, each a page of 50 with its shapes, and show one plan."""
    random.seed(7)
    times = {}
    kinds: tuple[tuple[str, Callable[[], str]], ...] = (
        ("common word", lambda: f"word{random.randrange(3)}"),
        ("ordinary word", lambda: f"word{random.randrange(20, 500)}"),
        ("rare word", lambda: f"word{random.randrange(WORDS // 2, WORDS)}"),
        ("two words", lambda: f"word{random.randrange(50)} word{random.randrange(50)}"),
        ("prefix", lambda: f"word{random.randrange(10, 99)}"[:5]),
        ("without", lambda: f"word{random.randrange(50)} -word0"),
    )
    for kind, word in kinds:
        times[kind] = [_timed(User.objects.get(pk=random.randint(1, PEOPLE)), word()) for _ in range(int(sys.argv[1]))]
    with CaptureQueriesContext(connection) as captured:
        _timed(User.objects.get(pk=1), "word42")
    statement = next(query["sql"] for query in captured.captured_queries if "ts_headline" in query["sql"])
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, BUFFERS) " + statement.replace("%", "%%"))
        plan = [row[0] for row in cursor.fetchall()]
    print(json.dumps({"times": times, "plan": plan}))


def _timed(user: User, q: str) -> float:
    began = time.perf_counter()
    page = search_messages(user=user, request=SearchRequest(q=q, limit=50))
    seen = conversation_snapshots(
        ids=list(dict.fromkeys(message.conversation_id for message, _ in page.hits)), viewer_id=user.pk
    )
    shapes = {shape["id"]: shape for shape in conversation_shapes(seen, viewer=user)}
    search_hits_shape(page.hits, shapes=shapes, viewer_id=user.pk)
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    main()
