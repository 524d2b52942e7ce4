from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from messenger.models import User
from messenger.services.sign_ins import NOWHERE
from messenger.services.token_pairs import issue_tokens
from tests.buckets.conftest import KEY
from tests.conftest import PASSWORD
from tests.servers import Server, running_server

pytestmark = pytest.mark.slow

UPLOAD = "/api/v4/messenger/attachments"
TEXT = b"".join(b"%07d\n" % number for number in range(500_000))  # 4 MB


@pytest.fixture
def server(transactional_db: None, client: Any, s3: str, tmp_path: Path) -> Iterator[Server]:
    """A web process whose environment names a bucket."""
    name = f"files-{uuid4().hex}"
    client.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": KEY["region_name"]})
    bucket = {
        "MESSENGER_S3_BUCKET": name,
        "MESSENGER_S3_ENDPOINT": s3,
        "MESSENGER_S3_REGION": KEY["region_name"],
        "MESSENGER_S3_KEY": KEY["aws_access_key_id"],
        "MESSENGER_S3_SECRET": KEY["aws_secret_access_key"],
    }
    with running_server(tmp_path, **bucket) as running:
        yield running


def test_whole_files_and_ranges_come_through_the_web_process(server: Server, client: Any, alice: User) -> None:
    token = issue_tokens(email=alice.email, password=PASSWORD, caller=NOWHERE).access
    with httpx.Client(base_url=server.base_url, headers={"Authorization": f"Bearer {token}"}, timeout=30) as web:
        sent = web.post(UPLOAD, files={"file": ("lines.txt", TEXT, "text/plain")})
        url = sent.json()["attachment"]["url"]

        whole, part = web.get(url), web.get(url, headers={"Range": "bytes=2000000-2000007"})

    assert (sent.status_code, whole.status_code, whole.content == TEXT) == (201, 200, True)
    assert (part.status_code, part.content) == (206, b"0250000\n")
    assert part.headers["Content-Range"] == f"bytes 2000000-2000007/{len(TEXT)}"
    kept = client.list_objects_v2(Bucket=server.settings["MESSENGER_S3_BUCKET"])["Contents"]
    assert [item["Size"] for item in kept] == [len(TEXT)]
    folder = Path(server.settings["MESSENGER_STATE"])
    assert [path for path in folder.glob("attachments/**/file") if path.stat().st_size == len(TEXT)] == []


def test_who_stops_reading_leaves_the_server_well(server: Server, alice: User) -> None:
    token = issue_tokens(email=alice.email, password=PASSWORD, caller=NOWHERE).access
    with httpx.Client(base_url=server.base_url, headers={"Authorization": f"Bearer {token}"}, timeout=30) as web:
        url = web.post(UPLOAD, files={"file": ("lines.txt", TEXT, "text/plain")}).json()["attachment"]["url"]
        for _ in range(12):
            with web.stream("GET", url) as answer:
                assert next(answer.iter_raw(8)) == b"0000000\n"

        assert web.get(url, headers={"Range": "bytes=-8"}).content == b"0499999\n"
    assert "Traceback" not in server.log.read_text()
