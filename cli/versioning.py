"""Whether a bucket has, or once had, versioning."""

from __future__ import annotations

from qcloud_cos import CosS3Client

from shared.store.cos import asked


def had_versioning(client: CosS3Client, bucket: str) -> bool:
    """Whether it has versioning, or had it before it was suspended.

    Raises:
        StorageFault: COS refused or couldn't be asked.
    """
    reply = asked("GET of the versioning", lambda: client.get_bucket_versioning(Bucket=bucket))
    return bool((reply or {}).get("Status"))
