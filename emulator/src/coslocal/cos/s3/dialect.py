"""S3's names and values as COS has them, and back.

COS takes `x-amz-…` beside `x-cos-…` from S3 clients, and answers them with both. It has its own
names for storage classes, and S3 clients see those.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote, unquote_to_bytes

from coslocal.cos.errors import CosError
from coslocal.cos.regions import Regions

_AMZ: Final = "x-amz-"
_COS: Final = "x-cos-"
_DOMAIN: Final = "myqcloud.com"

_SAYS_NOTHING: Final = re.compile(
    "x-amz-(checksum-.+|content-sha256|date|decoded-content-length|request-payer|sdk-.+"
    "|security-token|te|trailer|user-agent)"
)
"""What is checked when the body is read, or has no meaning for COS."""

_NAMES: Final = {
    "x-amz-server-side-encryption-aws-kms-key-id": "x-cos-server-side-encryption-cos-kms-key-id",
}
_VALUES: Final[Mapping[str, Mapping[str, str]]] = {
    "x-cos-metadata-directive": {"COPY": "Copy", "REPLACE": "Replaced"},
    "x-cos-tagging-directive": {"COPY": "Copy", "REPLACE": "Replaced"},
    "x-cos-server-side-encryption": {"aws:kms": "cos/kms"},
    "x-cos-storage-class": {"GLACIER": "ARCHIVE"},
}
"""Values that differ, COS's by S3's."""

_S3_GROUP: Final = "http://acs.amazonaws.com/groups/global/"
_COS_GROUP: Final = "http://cam.qcloud.com/groups/global/"
_NAMESPACE: Final = re.compile(rb""" xmlns=["']http://s3\.amazonaws\.com/doc/[0-9-]+/["']""")
_FOREIGN: Final = re.compile(rb"arn:aws[a-z-]*:")
_REGION: Final = re.compile(rb"<LocationConstraint>\s*([a-z0-9-]*)\s*</LocationConstraint>")
_HIDDEN: Final = {"x-cos-trace-id"}
_CHUNKED: Final = "aws-chunked"


def headers_for_cos_of(headers: Mapping[str, str], regions: Regions) -> dict[str, str]:
    """Return S3's headers under COS's names; of one that came under both, COS's counts.

    Raises:
        CosError: A copy source that can't be read.
    """
    translated = {}
    for name, value in headers.items():
        if _SAYS_NOTHING.fullmatch(name):
            continue
        if name == "content-encoding":
            value = _without_chunks(value)  # noqa: PLW2901 - how it was sent is no part of it
            if not value:
                continue
        cos_name = _NAMES.get(name) or (_COS + name[len(_AMZ) :] if name.startswith(_AMZ) else name)
        if cos_name in headers and cos_name != name:
            continue
        if cos_name == "x-cos-copy-source":
            value = _copy_source(value, regions)  # noqa: PLW2901
        elif cos_name.startswith("x-cos-grant-"):
            value = value.replace(_S3_GROUP, _COS_GROUP)  # noqa: PLW2901
        translated[cos_name] = _VALUES.get(cos_name, {}).get(value, value)
    return translated


def document_for_cos(body: bytes) -> bytes:
    """Return a document of S3's as COS would be sent it.

    Raises:
        CosError: MalformedXML for one that names resources of another cloud.
    """
    if _FOREIGN.search(body):
        raise CosError("MalformedXML", "A resource is named qcs::cos:<region>:uid/<appid>:<name>.")
    body = _NAMESPACE.sub(b"", body)
    body = body.replace(b"<StorageClass>GLACIER<", b"<StorageClass>ARCHIVE<")
    body = body.replace(b"S3BucketDestination>", b"COSBucketDestination>")
    return body.replace(_S3_GROUP.encode(), _COS_GROUP.encode())


def document_for_s3(body: bytes) -> bytes:
    """Return a document of COS's as S3 clients read it, who know a group by another URI."""
    body = body.replace(b"COSBucketDestination>", b"S3BucketDestination>")
    return body.replace(_COS_GROUP.encode(), _S3_GROUP.encode())


def region_wanted(body: bytes) -> str | None:
    """Return the region that a bucket is to be created in, None if the body names none."""
    match = _REGION.search(body)
    return match[1].decode() or None if match else None


def headers_for_s3_clients(headers: Mapping[str, str]) -> dict[str, str]:
    """Return COS's headers, and each of its own under S3's name too."""
    back = {cos: amz for amz, cos in _NAMES.items()}
    doubled = dict(headers)
    for name, value in headers.items():
        lower = name.lower()
        if lower.startswith(_COS) and lower not in _HIDDEN:
            shown = (
                "aws:kms"
                if (lower, value) == (f"{_COS}server-side-encryption", "cos/kms")
                else value
            )
            doubled[back.get(lower, _AMZ + lower[len(_COS) :])] = shown
    return doubled


def _without_chunks(encoding: str) -> str:
    kept = (one.strip() for one in encoding.split(","))
    return ",".join(one for one in kept if one and one.lower() != _CHUNKED)


def _copy_source(value: str, regions: Regions) -> str:
    """Return [/]<bucket>/<key>[?versionId=…] as COS has it; COS's own form stays.

    Clients encode the key, or all of it, slashes too, or nothing; a % of a key is encoded by all.
    """
    source, query, version = value.partition("?versionId=")
    path = unquote_to_bytes(source.encode("latin-1")).removeprefix(b"/")
    bucket, _, key = path.partition(b"/")
    if b"." in bucket:
        return value
    if not bucket or not key:
        raise CosError("InvalidCopySource", "x-amz-copy-source names no object.")
    home = regions.home(bucket.decode("latin-1"))
    named = f"{bucket.decode('latin-1')}.cos.{home}.{_DOMAIN}"
    return f"{named}/{quote(key, safe='/')}{query}{version}"
