"""COS over HTTP, for the hosts <bucket-appid>.cos.<region>.myqcloud.com, and for S3 clients."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Iterable
from dataclasses import replace
from email.utils import formatdate
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from moto.s3.models import FakeKey
from requests.structures import CaseInsensitiveDict

from coslocal.cam.access import AccessControl
from coslocal.cam.calls import (
    DELETE_OBJECT,
    GET_BUCKET,
    GET_OBJECT,
    Call,
    cos_call,
    object_resource,
)
from coslocal.cam.conditions import facts_of
from coslocal.cos.bucket_operations import Storage
from coslocal.cos.checks import check_query
from coslocal.cos.conditions import hindrance
from coslocal.cos.dialect import read_copy_source
from coslocal.cos.errors import CosError
from coslocal.cos.events import ObjectEvent, StoredObject, creation, deletions
from coslocal.cos.forms import as_upload, check_policy, form_answer
from coslocal.cos.hosts import appid_of
from coslocal.cos.moto_s3 import MotoS3, epoch
from coslocal.cos.on_disk import FileBody, sent_from_files
from coslocal.cos.operations import carry_out
from coslocal.cos.own_objects import link_of
from coslocal.cos.regions import Regions
from coslocal.cos.replies import CosReply, new_request_id, refusal
from coslocal.cos.requests import CosRequest, read_request
from coslocal.cos.s3.dialect import headers_for_s3_clients
from coslocal.cos.s3.door import believe_s3, is_for_s3, names_bucket, read_s3
from coslocal.cos.s3.forms import believe_s3_form, is_s3_form
from coslocal.cos.settings import BucketSettings
from coslocal.credentials import CredentialStore
from coslocal.signature import Refusal, SignatureRefused, verify, verify_form

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

T = TypeVar("T")

Clock = Callable[[], float]
Fault = Callable[[CosRequest], CosError | None]
"""Looks at a request; returns how it is to fail, None if it is not. What it raises passes
through the server, as if the connection broke."""

_BODILESS: Final = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)
_READING: Final = ("GET", "HEAD", "OPTIONS")
_METADATA: Final = "x-amz-meta-"
_NOBODY: Final = ""
"""The secret id of whoever has none, and so no role."""


class CosService:
    """A WSGI app: regions, many buckets, held in memory and by nobody else.

    Attributes:
        on_object_created: Called within the request, after its effect. What it raises is shown on
            stderr and costs the request nothing; the same holds for the other two.
        on_object_removed: Called so for each object that a request deleted.
        on_change: Called with each request that may have changed a bucket, after its effect.
        before_effect: Makes requests fail before they are carried out, or looked at.
        after_effect: Makes requests fail that were carried out with success.
    """

    def __init__(
        self,
        *,
        credentials: CredentialStore,
        region: str,
        clock: Clock,
        signature_clock: Clock | None = None,
        access: AccessControl | None = None,
        regions: Iterable[str] = (),
    ) -> None:
        """Serve `region`, and the others.

        Args:
            credentials: The keys requests may be signed with.
            region: For example "ap-guangzhou".
            regions: More that are served.
            clock: Unix seconds; what Date and Last-Modified show.
            signature_clock: Unix seconds that signatures must be valid at, `clock`'s if None.
                SDKs sign with the machine's time: one whose `clock` is another needs both.
            access: Who may do what; everybody everything if None.
        """
        self.credentials = credentials
        self.region = region
        self.on_object_created: Callable[[ObjectEvent], None] = _ignore
        self.on_object_removed: Callable[[ObjectEvent], None] = _ignore
        self.on_change: Callable[[CosRequest], None] = _ignore
        self.before_effect: Fault = _no_fault
        self.after_effect: Fault = _no_fault
        self._clock = clock
        self._signature_clock = signature_clock or clock
        self._access = access or AccessControl()
        self._s3 = MotoS3()
        self._storage = Storage(self._s3, BucketSettings(), Regions([region, *regions]))

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request, as WSGI has it."""
        request_id = new_request_id()
        for_s3 = is_for_s3(environ) or names_bucket(environ)
        read = read_s3 if for_s3 else read_request
        try:
            request = as_upload(read(environ, self._storage.regions), self._storage.regions)
            reply = self._reply(request, request_id)
        except CosError as error:
            reply = refusal(error, environ.get("HTTP_HOST", ""), request_id)
        except ConnectionError:
            raise  # a fault that was asked for: the connection breaks
        except Exception as error:  # noqa: BLE001 - whatever it is, it is answered
            _log_bug(error, request_id)
            refused = CosError("InternalError", "We encountered an internal error.")
            reply = refusal(refused, environ.get("HTTP_HOST", ""), request_id)
        headers = {
            **reply.headers,
            "Date": formatdate(self._clock(), usegmt=True),
            "Server": "tencent-cos",
            "x-cos-request-id": request_id,
        }
        if for_s3:
            headers = headers_for_s3_clients(headers)
        body = b"" if reply.status in _BODILESS else reply.body
        if not body and environ["REQUEST_METHOD"] != "HEAD":
            headers.pop("Content-Type", None)
        if reply.status != HTTPStatus.NO_CONTENT:
            headers.setdefault("Content-Length", str(len(body)))
        status = f"{reply.status} {HTTPStatus(reply.status).phrase}"
        start_response(status, list(headers.items()))
        if environ["REQUEST_METHOD"] == "HEAD":
            return [b""]
        return [body] if isinstance(body, bytes) else body

    def create_bucket(self, name: str, region: str | None = None) -> None:
        """Create the bucket <name>-<appid> in a region; one that exists stays as it is.

        Raises:
            ValueError: The name has another form.
        """
        appid_of(name)
        with self._s3.lock:
            if not self._s3.has_bucket(name):
                self._s3.create_bucket(name, self._clock())
                self._storage.regions.settle(name, region or self.region)

    def read_object(self, bucket: str, key: str) -> StoredObject | None:
        """Return what lies under a key now, None if there is no such object or bucket."""
        with self._s3.lock:
            found = self._s3.find(bucket, key)
            return None if found is None else _stored(found)

    def reset(self) -> None:
        """Forget every bucket; hooks and credentials stay."""
        self._s3.reset()
        self._storage.settings.forget()
        self._storage.regions.forget()

    def _reply(self, request: CosRequest, request_id: str) -> CosReply:
        try:
            _fail(self.before_effect, request)
            reply = self._carry_out(request, request_id)
            _fail(self.after_effect, request)
        except CosError as error:
            return refusal(error, request.resource, request_id)
        return reply

    def _carry_out(self, request: CosRequest, request_id: str) -> CosReply:
        if request.method == "OPTIONS":  # a browser's, unsigned: whether it may send another
            with self._s3.lock:
                return carry_out(self._storage, request, self._clock())
        secret_id = self._believed(request)
        check_query(request)
        self._authorise_all(secret_id, request)
        request.check()
        with self._s3.lock:
            self._authorise_target(secret_id, request)
            removed = self._to_be_removed(request, request_id)
            reply = self._carried_out(request, secret_id)
            created = self._created(request, request_id)
        if request.method not in _READING:
            self._tell(self.on_change, request)
        if created is not None:
            self._tell(self.on_object_created, created)
        for event in removed:
            self._tell(self.on_object_removed, event)
        if request.form is None:
            return reply
        answer = form_answer(request.form, request, reply.headers["ETag"])
        return CosReply(answer.status, {**reply.headers, "Location": answer.location})

    def _believed(self, request: CosRequest) -> str:
        """Return the secret id of the key that a request, or its form's policy, is signed with.

        It is `_NOBODY` for a request that isn't signed, and reads what everybody may read.
        """
        now = self._signature_clock()
        try:
            if request.form is not None:
                fields = request.form.fields
                check = believe_s3_form if is_s3_form(fields) else verify_form
                secret_id = check(fields, self.credentials, now)
            elif request.s3 is not None:
                return believe_s3(request.s3, self.credentials, now)
            else:
                return verify(request.signed, self.credentials, now)
        except SignatureRefused as refused:
            if refused.kind is Refusal.UNSIGNED and self._is_public(request):
                return _NOBODY
            raise CosError(refused.code, refused.message) from refused
        check_policy(request.form, request.bucket, now)
        return secret_id

    def _is_public(self, request: CosRequest) -> bool:
        """Tell whether a request reads an object that is for everybody, and asks for no more."""
        if request.bucket is None or request.key is None or not request.shows_content:
            return False
        if any(name != "versionId" for name, _ in request.parameters):
            return False
        bucket = request.bucket
        with self._s3.lock:
            target = self._target(request)
            return self._s3.is_public(bucket, request.key, request.parameter("versionId")) and (
                target is None or self._s3.is_public(bucket, target)
            )

    def _carried_out(self, request: CosRequest, secret_id: str) -> CosReply:
        """Carry a request out; only who may list the bucket learns that an object is absent.

        No page of COS says so; S3 does it, and whoever prepares for it is right either way.
        """
        try:
            return carry_out(self._storage, request, self._clock())
        except CosError as error:
            if error.code == "NoSuchKey" and request.bucket and request.key:
                resource = object_resource(request.region, request.bucket, request.key)
                self._authorise(secret_id, Call(GET_BUCKET, resource), request)
            raise

    def _authorise_all(self, secret_id: str, request: CosRequest) -> None:
        """Check that a key may do what a request asks for, and may read what it copies."""
        method = request.method if request.form is None else "POST"
        prefix = request.parameter("prefix") or ""
        of, key = (request.region, request.bucket), request.key
        self._authorise(secret_id, cos_call(*of, method, key, request.about, prefix), request)
        if "x-cos-copy-source" in request.headers:
            source = read_copy_source(request.headers["x-cos-copy-source"])
            home = source.region or self._storage.regions.home(source.bucket)
            call = Call(GET_OBJECT, object_resource(home, source.bucket, source.key))
            version = [] if source.version is None else [("versionId", source.version)]
            self._authorise(secret_id, call, replace(request, headers={}, parameters=version))
        if request.key is None and "delete" in request.about:
            self._check_deletions(secret_id, request)

    def _check_deletions(self, secret_id: str, request: CosRequest) -> None:
        """Check that no deny keeps one of many objects that are deleted at once.

        Assumed, since no page says it: the action for many is enough to allow it.
        """
        for key, version in deletions(request):
            facts = facts_of(request.source_ip, {}, [("versionId", version)] if version else [])
            resource = object_resource(request.region, request.bucket or "", key)
            if self._access.denies(secret_id, Call(DELETE_OBJECT, resource), facts):
                raise CosError("AccessDenied", "Access Denied.")

    def _authorise_target(self, secret_id: str, request: CosRequest) -> None:
        """Check that a key may read what a link leads to. Assumed, since no page says so."""
        target = self._target(request)
        if target is not None:
            of = (request.region, request.bucket, request.method, target, request.about)
            self._authorise(secret_id, cos_call(*of, ""), request)

    def _target(self, request: CosRequest) -> str | None:
        if request.bucket is None or request.key is None or not request.shows_content:
            return None
        return link_of(self._s3.find(request.bucket, request.key, request.parameter("versionId")))

    def _authorise(self, secret_id: str, call: Call, request: CosRequest) -> None:
        facts = facts_of(request.source_ip, request.headers, request.parameters)
        if not self._access.allows(secret_id, call, facts):
            raise CosError("AccessDenied", "Access Denied.")

    def _created(self, request: CosRequest, request_id: str) -> ObjectEvent | None:
        event_name = creation(request)
        if event_name is None or request.bucket is None or request.key is None:
            return None
        stored = self.read_object(request.bucket, request.key)
        if stored is None:
            return None
        return self._event(event_name, request, request.key, stored, request_id)

    def _to_be_removed(self, request: CosRequest, request_id: str) -> list[ObjectEvent]:
        """Return an event for each object that is there and that a request deletes."""
        bucket = request.bucket or ""
        kept = self._s3.versioning(bucket) is not None
        found = []
        named = deletions(request)
        if not kept:  # a version is not looked at
            named = [(key, None) for key in dict.fromkeys(key for key, _ in named)]
        for key, version in named:
            kind = "DeleteMarkerCreated" if kept and version is None else "Delete"
            stored = self._s3.find(bucket, key, version)
            if isinstance(stored, FakeKey):
                name = f"cos:ObjectRemove:{kind}"
                found.append(self._event(name, request, key, _stored(stored), request_id))
        return found

    def _event(
        self, name: str, request: CosRequest, key: str, stored: StoredObject, request_id: str
    ) -> ObjectEvent:
        bucket = request.bucket or ""
        return ObjectEvent(
            bucket=bucket,
            appid=appid_of(bucket),
            region=request.region,
            key=key,
            size=stored.size,
            etag=stored.etag,
            event_name=name,
            event_time=int(self._clock()),
            metadata=stored.metadata,
            content_type=stored.content_type,
            source_ip=request.source_ip,
            request_id=request_id,
            request_headers=CaseInsensitiveDict(request.headers),
        )

    def _tell(self, listener: Callable[[T], None], event: T) -> None:
        try:
            listener(event)
        except Exception:  # noqa: BLE001 - whatever it is, the request has had its effect
            traceback.print_exc(file=sys.stderr)


def _stored(found: FakeKey) -> StoredObject:
    metadata = dict(found.metadata)
    with sent_from_files():  # which is the content as it is now, whatever is written next
        content: bytes | FileBody = found.value
    return StoredObject(
        read=partial(bytes, content) if isinstance(content, FileBody) else lambda: content,
        etag=found.etag,
        size=found.size,
        content_type=next(
            value for name, value in metadata.items() if name.lower() == "content-type"
        ),
        last_modified=epoch(found.last_modified),
        metadata={
            "x-cos-meta-" + name[len(_METADATA) :]: value
            for name, value in metadata.items()
            if name.startswith(_METADATA)
        },
        hindrance=hindrance(found),
    )


def _log_bug(error: Exception, request_id: str) -> None:
    """Write where a bug is, and not what was asked: keys and contents are somebody's own."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(frame.filename).name}:{frame.lineno} in {frame.name}"
    sys.stderr.write(
        f"coslocal: InternalError for the request {request_id}: {type(error).__name__}, {place}\n"
    )


def _fail(fault: Fault, request: CosRequest) -> None:
    error = fault(request)
    if error is not None:
        raise error


def _no_fault(_request: CosRequest) -> CosError | None:
    return None


def _ignore(_event: object) -> None:
    return None
