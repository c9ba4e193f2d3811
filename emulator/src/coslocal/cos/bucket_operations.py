"""What is asked of a bucket, or of all, and S3 has no answer to, or another."""

from __future__ import annotations

from dataclasses import dataclass, replace

from coslocal.cos.acl import DEFAULT, Acl, acl_of_document, acl_of_headers, acl_xml
from coslocal.cos.buckets import ListedBucket, list_buckets
from coslocal.cos.dialect import storage_class_for_cos
from coslocal.cos.hosts import parse_host
from coslocal.cos.listing import PARAMETERS, ListedObject, list_page, listing_xml, parse_listing
from coslocal.cos.moto_s3 import MotoS3
from coslocal.cos.regions import Regions
from coslocal.cos.replies import XML_TYPE, CosReply, xml_reply
from coslocal.cos.requests import CosRequest
from coslocal.cos.s3.dialect import document_for_s3
from coslocal.cos.s3.listing_v2 import PARAMETERS as V2_PARAMETERS
from coslocal.cos.s3.listing_v2 import is_v2, listing_v2_xml, marker_v2
from coslocal.cos.settings import NAMES as SETTINGS
from coslocal.cos.settings import BucketSettings
from coslocal.cos.uploads import list_uploads, parse_upload_listing, uploads_xml


@dataclass(frozen=True)
class Storage:
    """What is stored: buckets and objects, the buckets' settings, and their regions."""

    s3: MotoS3
    settings: BucketSettings
    regions: Regions


def answer_service(storage: Storage, request: CosRequest) -> CosReply:
    """Answer which buckets there are."""
    s3 = storage.s3
    buckets = (
        ListedBucket(name, region, s3.created(name), s3.tags(name))
        for name, region in storage.regions.buckets()
    )
    address = parse_host(request.host)
    region = None if address is None else address.region
    return xml_reply(list_buckets(request.parameter, region, buckets))


def answer_bucket(storage: Storage, bucket: str, request: CosRequest) -> CosReply | None:
    """Answer what is asked of a bucket; None for what S3 has the answer to.

    Raises:
        CosError: It can't be done.
    """
    return _setting(storage, bucket, request) or _on_bucket(storage.s3, bucket, request)


def acl_reply(request: CosRequest, acl: Acl) -> CosReply:
    """Return the answer of whoever asks for an ACL."""
    canned = {"x-cos-acl": DEFAULT} if acl.canned == DEFAULT else {}
    document = acl_xml(acl).encode()
    shown = document if request.s3 is None else document_for_s3(document)
    return CosReply(200, {"Content-Type": XML_TYPE, **canned}, shown)


def acl_given(request: CosRequest) -> Acl:
    """Return the ACL that a request gives, in its headers or its body.

    Raises:
        CosError: It can't be read.
    """
    acl = acl_of_headers(request.headers, of_object=request.key is not None)
    if acl is None:
        acl = acl_of_document(request.body) if request.body else Acl()
    return acl


def _bucket_acl(s3: MotoS3, bucket: str, request: CosRequest) -> CosReply:
    if request.method == "GET":
        return acl_reply(request, s3.bucket_acl(bucket))
    s3.set_bucket_acl(bucket, acl_given(request))
    return CosReply(200)


def _setting(storage: Storage, bucket: str, request: CosRequest) -> CosReply | None:
    """Keep or return a setting of the bucket; None if the request is about none of them."""
    names = SETTINGS & {name for name, _ in request.parameters}
    if not names:
        return None
    name = min(names)
    body = storage.settings.carry_out(bucket, name, request)
    if request.s3 is not None:
        body = document_for_s3(body)
    content_type = "application/json" if name == "policy" else XML_TYPE
    status = 204 if request.method == "DELETE" else 200
    return CosReply(status, {"Content-Type": content_type} if body else {}, body)


def _on_bucket(s3: MotoS3, bucket: str, request: CosRequest) -> CosReply | None:
    """Answer what S3 has another answer to; None for the rest."""
    names = {name for name, _ in request.parameters}
    if not s3.has_bucket(bucket):
        return None
    if "acl" in names:
        return _bucket_acl(s3, bucket, request)
    return _read_bucket(s3, bucket, names, request) if request.method == "GET" else None


def _read_bucket(s3: MotoS3, bucket: str, names: set[str], request: CosRequest) -> CosReply | None:
    if names <= PARAMETERS | V2_PARAMETERS:
        return _list(s3, bucket, request)
    if "uploads" in names:
        listing = parse_upload_listing(request.parameter)
        return xml_reply(uploads_xml(bucket, listing, list_uploads(listing, s3.uploads(bucket))))
    if names == {"versioning"}:
        status = s3.versioning(bucket)
        node = f"<Status>{status}</Status>" if status else ""
        return xml_reply(f"<VersioningConfiguration>{node}</VersioningConfiguration>")
    if names == {"location"}:
        return xml_reply(f"<LocationConstraint>{request.region}</LocationConstraint>")
    return None


def _list(s3: MotoS3, bucket: str, request: CosRequest) -> CosReply:
    listing = parse_listing(request.parameter)
    second = is_v2(request.parameter)
    if second:
        listing = replace(listing, marker=marker_v2(request.parameter))
    objects = [
        ListedObject(
            key=found.name,
            last_modified=found.last_modified_ISO8601,
            etag=found.etag,
            size=found.size,
            storage_class=storage_class_for_cos(found.storage_class),
        )
        for found in s3.objects(bucket, listing.prefix)
    ]
    page = list_page(listing, objects)
    if second:
        return xml_reply(listing_v2_xml(bucket, listing, page, request.parameter))
    return xml_reply(listing_xml(bucket, listing, page))
