"""Deleting photos: operators may, no function can, and the pipeline's store can't."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cli.versioning import had_versioning
from shared.cloud import connect
from shared.settings.load import Settings
from shared.store.cos import asked


class InputBucket:
    """The photos' bucket, with the operator's own API keys.

    Every method raises StorageFault if COS refused or couldn't be asked.
    """

    def __init__(self, settings: Settings) -> None:
        self._client = connect(settings).idempotent
        self._bucket = settings.input_bucket

    def delete(self, key: str) -> None:
        """DELETE the photo as it lies there now; one that isn't there is no error."""
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
        """How many contents and delete markers versioning has kept of it."""
        if not had_versioning(self._client, self._bucket):
            return 0
        return sum(1 for _ in self._version_ids(key))

    def _version_ids(self, key: str) -> Iterator[str]:
        """Those of this very key: others may begin with it."""
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
