"""Which headers of a request are known here: one that would have an effect isn't passed over."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from coslocal.cos.errors import CosError

_OF_COS: Final = re.compile("x-cos-.*|x-ci-.*|pic-operations")
_KNOWN: Final = re.compile(
    "x-cos-("
    "acl|grant-(read|write|read-acp|write-acp|full-control)"
    "|copy-source(-if-(match|none-match|modified-since|unmodified-since)|-range"
    "|-server-side-encryption-customer-(algorithm|key|key-md5))?"
    "|date|fetch-owner|forbid-overwrite|meta-.+|metadata-directive|mime-limit"
    "|request-id|sdk-retry|security-token|server-side-encryption"
    "(-cos-kms-key-id|-context|-customer-(algorithm|key|key-md5))?"
    "|storage-class|symlink-target|tagging|tagging-directive|traffic-limit|content-sha1"
    "|version-id)"
    "|x-ci-security-token"
)
_KEPT_EMPTY: Final = "x-cos-meta-"


def check_headers(headers: Mapping[str, str]) -> None:
    """Refuse what COS or CI would do something for that isn't done here, before any effect.

    Args:
        headers: By lower-case name.

    Raises:
        CosError: NotImplemented.
    """
    for name in sorted(headers):
        if _OF_COS.fullmatch(name) and not _KNOWN.fullmatch(name):
            raise CosError("NotImplemented", f"The header {name} is not served here.")


def given(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers that say something: an empty one is as none, but an object's own."""
    return {name: value for name, value in headers.items() if value or name.startswith(_KEPT_EMPTY)}
