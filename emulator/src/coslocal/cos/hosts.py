"""Which bucket a request is for: COS names it in the host (436/6224).

The same COS answers for a region's own name, for that within Tencent's network, and for the one of
global acceleration, in either of its two domains.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_BUCKET_HOST: Final = re.compile(
    r"(?:(?P<bucket>[a-z0-9][a-z0-9-]*-(?P<appid>\d+))\.)?"
    r"cos(?:-internal)?\.(?P<region>[a-z0-9-]+)\.(?:myqcloud\.com|tencentcos\.cn)(?::\d+)?"
)
_SERVICE_HOST: Final = re.compile(r"service\.cos\.(?:myqcloud\.com|tencentcos\.cn)(?::\d+)?")
_ACCELERATED: Final = "accelerate"
_BUCKET_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]*-(\d+)")


@dataclass(frozen=True)
class Address:
    """What a host stands for; `bucket` is <name>-<appid>, None for the service as a whole.

    `region` is None if the host leaves it open.
    """

    bucket: str | None
    region: str | None


def parse_host(host: str) -> Address | None:
    """Read a host with or without a port; None if it is no host of COS."""
    host = host.lower()
    if _SERVICE_HOST.fullmatch(host):
        return Address(None, None)
    match = _BUCKET_HOST.fullmatch(host)
    if match is None:
        return None
    return Address(match["bucket"], None if match["region"] == _ACCELERATED else match["region"])


def appid_of(bucket: str) -> str:
    """Return the APPID a bucket's name ends with.

    Raises:
        ValueError: The name is not of the form <name>-<appid>.
    """
    match = _BUCKET_NAME.fullmatch(bucket)
    if match is None:
        raise ValueError(f"a bucket is named <name>-<appid>, in lower case, not {bucket!r}")
    return match[1]
