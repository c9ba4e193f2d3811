"""Photos, read and deleted with the operator's API keys.

The functions never read a photo, and none of them may delete one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qcloud_cos import CosClientError, CosS3Client, CosServiceError
from urllib3.exceptions import HTTPError

from cli.bucket.refusals import Refusals
from shared.cloud import connect
from shared.errors import StorageFault
from shared.settings.load import Settings
from shared.store.cos import asked, never_connected


class InputBucket:
    """The photos' bucket, with the operator's own API keys.

    Every method raises StorageFault if COS refused or couldn't be asked.
    """

    def __init__(self, settings: Settings) -> None:
        self._client = connect(settings).idempotent
        self._bucket = settings.input_bucket

    def delete(self, key: str) -> None:
        """Delete the present photo. It is no error if there is none."""
        bucket = self._bucket
        asked("DELETE of a photo", lambda: self._client.delete_object(Bucket=bucket, Key=key))

    def delete_every_version(self, key: str) -> None:
        """Delete it with all that versioning kept of it, delete markers among it."""
        if had_versioning(self._client, self._bucket):
            for version_id in list(self._version_ids(key)):
                self._delete_version(key, version_id)
        else:
            self.delete(key)

    def kept_versions(self, key: str) -> int:
        """Count the contents and delete markers that versioning has kept of it."""
        if not had_versioning(self._client, self._bucket):
            return 0
        return sum(1 for _ in self._version_ids(key))

    def _version_ids(self, key: str) -> Iterator[str]:
        """Yield the versions of this very key: other keys may begin with it."""
        marker, version_marker = "", ""
        while True:
            page = asked("GET of the versions", lambda: self._versions(key, marker, version_marker))  # noqa: B023 — called at once
            for kind in ("Version", "DeleteMarker"):
                yield from (one["VersionId"] for one in page.get(kind, []) if one["Key"] == key)
            if page.get("IsTruncated") != "true":
                return
            marker, version_marker = page["NextKeyMarker"], page["NextVersionIdMarker"]

    def _versions(self, key: str, marker: str, version_marker: str) -> dict[str, Any]:
        found: dict[str, Any] = self._client.list_objects_versions(
            Bucket=self._bucket, Prefix=key, KeyMarker=marker, VersionIdMarker=version_marker
        )
        return found

    def _delete_version(self, key: str, version_id: str) -> None:
        asked(
            "DELETE of a version",
            lambda: self._client.delete_object(Bucket=self._bucket, Key=key, VersionId=version_id),
        )


def had_versioning(client: CosS3Client, bucket: str) -> bool:
    """Return whether the bucket has versioning, or had it before it was suspended.

    Raises:
        StorageFault: COS refused or couldn't be asked.
    """
    reply = asked("GET of the versioning", lambda: client.get_bucket_versioning(Bucket=bucket))
    return bool((reply or {}).get("Status"))


_REQUEST = "GET of a photo"


class PhotoReader:
    """The input bucket, for reading; several threads may."""

    def __init__(self, settings: Settings, refusals: Refusals) -> None:
        self._client = connect(settings).idempotent
        self._refusals = refusals
        self._bucket = settings.input_bucket
        self._max_bytes = settings.max_object_bytes

    def content(self, key: str, etag: str) -> bytes | None:
        """Return the content with that ETag; None if it can't be had.

        It can be gone, replaced, over MAX_OBJECT_BYTES or, as `Refusals` then knows, refused.

        Raises:
            StorageFault: COS couldn't be asked.
        """
        try:
            return self._content(key, etag)
        except StorageFault as fault:
            self._refusals.note(key, fault)
            return None

    def _content(self, key: str, etag: str) -> bytes | None:
        try:
            reply = self._client.get_object(Bucket=self._bucket, Key=key)
            with reply["Body"].get_raw_stream() as stream:
                if reply.get("ETag", "").strip('"') != etag:
                    return None
                content = bytes(stream.read(self._max_bytes + 1))
        except CosServiceError as error:
            if error.get_status_code() == 404:  # noqa: PLR2004
                return None
            raise StorageFault(_REQUEST, str(error.get_error_code())) from None
        except (CosClientError, HTTPError, OSError) as error:  # the last two while it is read
            code = "NoConnection" if never_connected(error) else "NoReply"
            raise StorageFault(_REQUEST, code) from None
        return content if len(content) <= self._max_bytes else None
