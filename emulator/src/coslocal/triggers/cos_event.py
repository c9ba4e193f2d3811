"""An upload, or a deletion, as the event SCF's COS trigger sends (COS trigger page)."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

from coslocal.cos.events import ObjectEvent

ABBREVIATIONS: Final[Mapping[str, str]] = {
    "ap-beijing": "bj",
    "ap-chengdu": "cd",
    "ap-chongqing": "cq",
    "ap-guangzhou": "gz",
    "ap-hongkong": "hk",
    "ap-nanjing": "nj",
    "ap-shanghai": "sh",
    "ap-singapore": "sg",
    "ap-tokyo": "jp",
}


def cos_event(uploads: Sequence[ObjectEvent], function: str) -> dict[str, Any]:
    """Return one event for these uploads; SCF may merge several into one."""
    return {"Records": [_record(upload, function) for upload in uploads]}


def _record(upload: ObjectEvent, function: str) -> dict[str, Any]:
    name = upload.bucket.removesuffix(f"-{upload.appid}")
    region = ABBREVIATIONS.get(upload.region, upload.region)
    host = f"{upload.bucket}.cos.{upload.region}.myqcloud.com"
    return {
        "cos": {
            "cosSchemaVersion": "1.0",
            "cosObject": {
                "url": f"http://{host}/{quote(upload.key)}",
                "meta": {
                    "x-cos-request-id": upload.request_id,
                    "Content-Type": upload.content_type,
                    **{
                        f"x-cos-meta-{name.removeprefix('x-cos-meta-')}": value
                        for name, value in upload.metadata.items()
                    },
                },
                "vid": "",
                "key": f"/{upload.appid}/{name}/{upload.key}",
                "size": upload.size,
            },
            "cosBucket": {"region": region, "name": name, "appid": upload.appid},
            "cosNotificationId": "unkown",
        },
        "event": {
            "eventName": upload.event_name,
            "eventVersion": "1.0",
            "eventTime": int(upload.event_time),
            "eventSource": "qcs::cos",
            "requestParameters": {
                "requestSourceIP": upload.source_ip,
                "requestHeaders": {
                    "Authorization": upload.request_headers.get("Authorization", "")
                },
            },
            "eventQueue": f"qcs:0:scf:{region}:appid/{upload.appid}:default.{function}.$LATEST",
            "reservedInfo": "",
            "reqid": zlib.crc32(upload.request_id.encode()),
        },
    }
