"""Files in an S3 bucket, for several servers that share no folder. Needs the packages of requirements-s3.lock.

Nothing is public, and nobody is sent there: the product reads the bucket and streams to those who may have the file.
"""

import io
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import IO, Any

from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files import File
from storages.backends.s3 import S3Storage

from messenger.errors import Unavailable

_PIECE = 64 * 1024


class BucketUnreachable(Unavailable, OSError):
    """The bucket's server does not answer, or refuses us."""


class Bucket(S3Storage):  # type: ignore[misc]  # django-storages brings no types
    """Django's storage in a bucket. Files are opened where they are sought to, and never fetched whole."""

    def __init__(self, *, bucket: str, prefix: str, endpoint: str, region: str, key: str, secret: str) -> None:
        super().__init__(
            bucket_name=bucket,
            location=prefix,
            endpoint_url=endpoint or None,
            region_name=region or None,
            access_key=key or None,
            secret_key=secret or None,
            default_acl=None,  # private to the bucket's owner; buckets of today refuse to be told so
            file_overwrite=False,
            querystring_auth=True,
            client_config=Config(
                connect_timeout=5,
                read_timeout=20,
                retries={"total_max_attempts": 3, "mode": "standard"},
                s3={"addressing_style": "path" if endpoint else "auto"},
                request_checksum_calculation="when_required",  # servers other than Amazon's do not know the others
                response_checksum_validation="when_required",
            ),
        )

    @property
    def bucket(self) -> Any:
        """The bucket of this thread's connection: boto3's resources are not to be shared."""
        return self.connection.Bucket(self.bucket_name)

    def exists(self, name: str) -> bool:
        """Say whether there is such a file."""
        with _plainly():
            return bool(super().exists(name))

    def size(self, name: str) -> int:
        """The file's length in bytes.

        :raises FileNotFoundError: there is none.
        """
        with _plainly():
            return int(super().size(name))

    def delete(self, name: str) -> None:
        """Delete the file; it may be gone already."""
        with _plainly():
            super().delete(name)

    def url(self, *_: object, **__: object) -> str:
        """None has an address of its own."""
        raise ValueError("files in the bucket have no address")

    def _open(self, name: str, mode: str = "rb") -> "File[bytes]":
        if mode != "rb":
            raise ValueError("files in the bucket are written whole")
        key = self._normalize_name(name)
        part = _Remote(self.connection.meta.client, self.bucket_name, key, length=self.size(name))
        return File(io.BufferedReader(part, _PIECE), name)

    def _save(self, name: str, content: IO[bytes]) -> str:
        with _plainly():
            return str(super()._save(name, content))


class _Remote(io.RawIOBase):
    """An object of the bucket, read from where one stands by one request that is kept open."""

    def __init__(self, client: Any, bucket: str, key: str, *, length: int) -> None:
        self._client = client
        self._where = {"Bucket": bucket, "Key": key}
        self._length = length
        self._at = 0
        self._body: Any = None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._length}[whence]
        if start + offset != self._at:
            self._let_go()
            self._at = start + offset
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # a writable buffer is what comes
        if self._at >= self._length:
            return 0
        with _plainly():
            if self._body is None:
                self._body = self._client.get_object(**self._where, Range=f"bytes={self._at}-")["Body"]
            piece = self._body.read(len(buffer))
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def close(self) -> None:
        self._let_go()
        super().close()

    def _let_go(self) -> None:
        if self._body is not None:
            with closing(self._body):
                self._body = None


@contextmanager
def _plainly() -> Iterator[None]:
    """Say in Python's own words what went wrong with the bucket."""
    try:
        yield
    except (Boto3Error, BotoCoreError, ClientError) as error:
        raise BucketUnreachable from error
