"""Which bucket a request is for: COS names it in the host."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_BUCKET_HOST: Final = re.compile(
    r"(?:(?P<bucket>[a-z0-9][a-z0-9-]*-(?P<appid>\d+))\.)?"
    r"cos\.(?P<region>[a-z0-9-]+)\.myqcloud\.com(?::\d+)?"
)
_SERVICE_HOST: Final = re.compile(r"service\.cos\.myqcloud\.com(?::\d+)?")
_BUCKET_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]*-(\d+)")


@dataclass(frozen=True)
class Address:
    """What a host stands for; `bucket` is <name>-<appid>, None for the service as a whole."""

    bucket: str | None
    region: str | None


def parse_host(host: str) -> Address | None:
    """Read a host with or without a port; None where it is no host of COS."""
    host = host.lower()
    if _SERVICE_HOST.fullmatch(host):
        return Address(None, None)
    match = _BUCKET_HOST.fullmatch(host)
    return None if match is None else Address(match["bucket"], match["region"])


def appid_of(bucket: str) -> str:
    """Return the APPID a bucket's name ends with.

    Raises:
        ValueError: The name is not of the form <name>-<appid>.
    """
    match = _BUCKET_NAME.fullmatch(bucket)
    if match is None:
        raise ValueError(f"a bucket is named <name>-<appid>, in lower case, not {bucket!r}")
    return match[1]
