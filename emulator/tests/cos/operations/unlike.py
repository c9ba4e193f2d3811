"""What differs from COS, on purpose and by name, and what isn't there."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from qcloud_cos import CosS3Client

from tests.cos.sdk import BUCKET, KEY, Operation, put, refused


def select_by_number(client: CosS3Client, _: Path) -> None:
    put(client, b'{"score": 2}')
    query = "Select * from COSObject s where s.score = 2"
    form = {"CompressionType": "NONE", "JSON": {"Type": "LINES"}}
    found = client.select_object_content(BUCKET, KEY, query, "SQL", form, {"JSON": {}})
    assert b"".join(one.get("Records", {}).get("Payload", b"") for one in found["Payload"]) == b""


def inventory_at_once(client: CosS3Client, _: Path) -> None:
    unknown(lambda: client.post_bucket_inventory(BUCKET, "one", {}))


def unknown(call: Callable[[], object]) -> None:
    """It says so, and does nothing simpler instead."""
    refused(501, "NotImplemented", call)


DIFFERS: Final[Mapping[Operation, str]] = {
    select_by_number: "The conditions of a query compare text only, and its SQL must be simple.",
}
"""Each shows its difference, and fails when it is gone."""

NOT_THERE: Final[Mapping[Operation, str]] = {
    inventory_at_once: "No inventory is made here at all.",
}

NO_STORAGE: Final = {
    "file_hash",
    "generate_built_in_connection_pool",
    "get_async_fetch_task",
    "get_conf",
    "get_media_info",
    "get_object_sensitive_content_recognition",
    "get_pm3u8",
    "get_retry_exe_times",
    "get_rtmp_signed_url",
    "get_snapshot",
    "get_vod_playlist",
    "handle_built_in_connection_pool_by_pid",
    "inc_retry_exe_times",
    "post_vod_playlist",
    "put_async_fetch_task",
    "send_request",
    "should_switch_domain",
}
LIVE: Final = re.compile("(delete|get|list|put)_live_channel.*")
"""The SDK's methods that are none of COS's storage: CI's, another host's, the client's own; and
those of live streams."""
