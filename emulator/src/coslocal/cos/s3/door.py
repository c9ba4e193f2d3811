"""Reading a request of an S3 client, believing it, and answering it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_to_bytes

from coslocal.cos.errors import CosError
from coslocal.cos.hosts import Address, appid_of, parse_host
from coslocal.cos.regions import Regions
from coslocal.cos.request_headers import given
from coslocal.cos.requests import CosRequest, body_of, decoded, headers_of, target_of
from coslocal.cos.s3 import signature_v2, signature_v4
from coslocal.cos.s3.bodies import Body, check_body, is_chunked, read_chunks
from coslocal.cos.s3.dialect import (
    document_for_cos,
    headers_for_cos_of,
    region_wanted,
)
from coslocal.cos.s3.listing_v2 import PARAMETERS as LISTING_V2
from coslocal.cos.s3.signature_v2 import verify_v2
from coslocal.cos.s3.signature_v4 import RawRequest, verify_v4
from coslocal.cos.subresources import meant
from coslocal.credentials import CredentialStore
from coslocal.signature import Refusal, SignatureRefused, SignedRequest, query_parameters

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_SIGNING: Final = signature_v4.PARAMETERS | signature_v2.PARAMETERS
_NOT_OF_COS: Final = re.compile(
    "abac|analytics|attributes|legal-hold|metadataConfiguration|metadataTable|metrics|notification"
    "|ownershipControls|policyStatus|publicAccessBlock|renameObject|requestPayment|session"
    "|torrent"
)
"""What S3 is asked for and COS has not: passed over, it would be something simpler."""


@dataclass(frozen=True)
class SentToS3:
    """What an S3 client sent: what its signature covers, the bucket its host names, the body."""

    raw: RawRequest
    host_bucket: str | None
    body: Body


def is_for_s3(environ: WSGIEnvironment) -> bool:
    """Tell whether a request is signed as S3's are, in its Authorization header or its query."""
    authorization = environ.get("HTTP_AUTHORIZATION", "")
    if authorization:
        return bool(authorization.startswith(("AWS4-", signature_v2.PREFIX)))
    names = {name.lower() for name, _ in query_parameters(environ.get("QUERY_STRING", ""))}
    return "x-amz-algorithm" in names or {"awsaccesskeyid", "signature"} <= names


def names_bucket(environ: WSGIEnvironment) -> bool:
    """Tell whether the path of a request begins with a bucket's name, at a host that is none."""
    bucket = environ.get("PATH_INFO", "").removeprefix("/").partition("/")[0]
    by_path = parse_host(f"{bucket}.cos.x.myqcloud.com") is not None and bucket.islower()
    return by_path and parse_host(environ.get("HTTP_HOST", "")) is None


def read_s3(environ: WSGIEnvironment, regions: Regions) -> CosRequest:
    """Read a WSGI request of an S3 client, as the request to COS that it stands for.

    Its host is one of COS's; at any other host, and at a region's, the path names the bucket.

    Raises:
        CosError: Something of it can't be read, or COS has no such thing.
    """
    headers, target = headers_of(environ), target_of(environ)
    host = headers.get("host", "")
    address = parse_host(host) or Address(None, None)
    path = unquote_to_bytes(target)
    method = environ["REQUEST_METHOD"]
    query = query_parameters(environ.get("QUERY_STRING", ""))
    text = decoded(path)[1:]
    host_bucket, key = address.bucket, text
    if host_bucket is None:
        bucket, _, key = text.partition("/")
        address = _by_path(bucket, address.region)
    body = body_of(environ)
    body_read = read_chunks(body, headers) if is_chunked(headers) else Body(body)
    parameters = _parameters(query, address.bucket, key or None)
    region = regions.of(address)
    creates = method == "PUT" and address.bucket is not None and not key and not parameters
    if creates and parse_host(host) is None:
        region = regions.of(Address(None, region_wanted(body)))
    request = CosRequest(
        method=method,
        region=region,
        bucket=address.bucket,
        key=key or None,
        parameters=parameters,
        headers=given(headers_for_cos_of(headers, regions)),
        body=body_read.content,
        host=host,
        source_ip=environ.get("REMOTE_ADDR", "127.0.0.1"),
        signed=SignedRequest(method, "/", [], {}),
        s3=SentToS3(RawRequest(method, target, path, query, headers), host_bucket, body_read),
    )
    if request.sends_document:
        request = replace(request, body=document_for_cos(request.body))
    return request


def believe_s3(sent: SentToS3, credentials: CredentialStore, now: float) -> str:
    """Return the secret id of the key that a request is signed with, once its body is the one.

    Raises:
        SignatureRefused: The request isn't signed with a known key, or not for now.
        CosError: The body is another than was signed.
    """
    raw, believed = sent.raw, None
    authorization = raw.headers.get("authorization", "")
    in_query = raw.parameter("x-amz-algorithm") or raw.parameter("awsaccesskeyid")
    if not authorization and in_query is None:
        raise SignatureRefused(Refusal.UNSIGNED, "Access Denied.")
    if authorization and "x-amz-content-sha256" not in raw.headers:
        digest = hashlib.sha256(sent.body.content).hexdigest()
        raw = replace(raw, headers={**raw.headers, "x-amz-content-sha256": digest})
    if authorization.startswith(signature_v2.PREFIX) or (
        not authorization and raw.parameter("x-amz-algorithm") is None
    ):
        secret_id = verify_v2(sent.raw, sent.host_bucket, credentials, now)
    else:
        believed = verify_v4(raw, credentials, now)
        secret_id = believed.secret_id
    check_body(sent.body, raw.headers, believed)
    return secret_id


def _by_path(bucket: str, region: str | None) -> Address:
    if not bucket:
        return Address(None, region)
    try:
        appid_of(bucket)
    except ValueError as error:
        raise CosError("InvalidBucketName", str(error)) from error
    return Address(bucket, region)


def _parameters(
    query: list[tuple[str, str]], bucket: str | None, key: str | None
) -> list[tuple[str, str]]:
    asked = [pair for pair in query if pair[0].lower() not in _SIGNING]
    for name, _ in asked:
        if _NOT_OF_COS.fullmatch(name):
            raise CosError("NotImplemented", f"COS has no {name}.")
    known = meant(asked, bucket=bucket, key=key)
    listing = bucket is not None and key is None
    return [pair for pair in asked if pair in known or (listing and pair[0] in LISTING_V2)]
