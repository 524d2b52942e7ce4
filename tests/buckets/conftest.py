from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import boto3
import pytest
from django.conf import LazySettings
from moto.server import ThreadedMotoServer

from messenger.models import User
from tests.ground.processes import free_port
from tests.rest import Rest
from tests.talks import client_of

KEY = {"aws_access_key_id": "messenger", "aws_secret_access_key": "not a secret", "region_name": "eu-west-1"}


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    """Address of a local S3 server."""
    port = free_port()
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    server.start()
    yield f"http://127.0.0.1:{port}"
    server.stop()


@pytest.fixture
def client(s3: str) -> Any:
    """The bucket's owner, asking without the product."""
    return boto3.client("s3", endpoint_url=s3, **KEY)


@pytest.fixture
def bucket(client: Any, s3: str, settings: LazySettings) -> str:
    """An empty bucket that the product keeps its files in."""
    name = f"files-{uuid4().hex}"
    client.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": KEY["region_name"]})
    settings.STORAGES = {**settings.STORAGES, "attachments": stored_in(name, s3)}
    return name


def stored_in(bucket: str, endpoint: str) -> dict[str, object]:
    """The storage setting that the environment gives for this bucket."""
    options = {
        "bucket": bucket,
        "prefix": "messenger",
        "endpoint": endpoint,
        "region": KEY["region_name"],
        "key": KEY["aws_access_key_id"],
        "secret": KEY["aws_secret_access_key"],
    }
    return {"BACKEND": "config.buckets.Bucket", "OPTIONS": options}


@pytest.fixture
def names(client: Any, bucket: str) -> Callable[[], list[str]]:
    """Calling it lists what is in the bucket."""
    return lambda: [item["Key"] for item in client.list_objects_v2(Bucket=bucket).get("Contents", [])]


@pytest.fixture
def as_alice(alice: User) -> Rest:
    return client_of(alice)


@pytest.fixture
def as_bob(bob: User) -> Rest:
    return client_of(bob)
