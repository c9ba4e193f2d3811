"""moto's S3, called in this process. Everything that knows moto from the inside is here.

Each `MotoS3` is an account of its own and has its own buckets: names are taken out of the register
that moto's accounts share. What remains shared between instances is the code.
"""

from __future__ import annotations

import contextlib
import contextvars
import datetime as dt
import io
import itertools
import threading
import weakref
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote, urlencode

import moto.s3.models
import py_partiql_parser
from moto.core.request import Request
from moto.s3.models import FakeDeleteMarker, FakeKey, FakeMultipart, s3_backends
from moto.s3.responses import S3Response
from moto.s3.utils import ARCHIVE_STORAGE_CLASSES

from coslocal.cos.acl import INHERITED, PRIVATE, Acl
from coslocal.cos.cors import Rule
from coslocal.cos.dialect import IN_MORE_ZONES, storage_class_for_cos
from coslocal.cos.on_disk import FileBody, sent_from_files
from coslocal.cos.uploads import Upload

MIN_PART_BYTES: Final = 1024 * 1024
"""COS's smallest part but the last; S3's is five times that."""

_DOMAIN: Final = "s3.us-east-1.amazonaws.com"
_AUTHORIZATION: Final = (
    "AWS4-HMAC-SHA256 Credential=LOCALLOCALLOCALLOCAL/20200101/us-east-1/s3/aws4_request, "
    "SignedHeaders=host, Signature=0"
)

_ISO_8601: Final = "%Y-%m-%dT%H:%M:%S.000Z"

_FILES_FOR: Final = ("GET", "PUT")
"""Methods that read an object only to pass it on."""

_accounts = itertools.count(100_000_000_000)
_now: contextvars.ContextVar[float] = contextvars.ContextVar("now")


def _utcnow() -> dt.datetime:
    return _moment(_now.get()).replace(tzinfo=None)


def _moment(now: float) -> dt.datetime:
    return dt.datetime.fromtimestamp(now, dt.timezone.utc)


# moto reads these names at every use: its time is that of the request being carried out.
_models: Any = moto.s3.models
_models.utcnow = _utcnow
_models.S3_UPLOAD_PART_MIN_SIZE = MIN_PART_BYTES
_models.STORAGE_CLASS = [*_models.STORAGE_CLASS, *IN_MORE_ZONES]
# It takes what follows a file's last line break for one more record.
_parser: Any = py_partiql_parser
_csv_to_json: Final = _parser.csv_to_json
_parser.csv_to_json = lambda text, headers=False: _csv_to_json(
    text.replace("\r\n", "\n").removesuffix("\n"), headers
)
_made: Final[tuple[Any, ...]] = (FakeKey, FakeMultipart)


@dataclass(frozen=True)
class S3Request:
    """What moto is asked: no host, no signature; `headers` by lower-case name."""

    method: str
    bucket: str | None
    key: str | None = None
    parameters: list[tuple[str, str]] = field(default_factory=list)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True)
class S3Reply:
    """moto's answer."""

    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes | FileBody


class _Request(Request):
    """A request whose body is never taken for a form: moto would store nothing of it."""

    want_form_data_parsed = False


class MotoS3:
    """An S3 account. One request at a time, of all accounts: moto keeps a register they share."""

    lock = threading.RLock()

    def __init__(self) -> None:
        self._open()

    def call(self, asked: S3Request, now: float) -> S3Reply:
        """Carry a request out at the time `now`.

        Raises:
            NotImplementedError: moto doesn't know the operation.
            KeyError: There is no such multipart upload.
        """
        request = _wsgi_request(asked, self._account)
        response: Any = S3Response()
        answer = response.bucket_response if asked.key is None else response.key_response
        with self.lock:
            token = _now.set(now)
            files = sent_from_files() if asked.method in _FILES_FOR else contextlib.nullcontext()
            try:
                with files:
                    answered = answer(request, request.raw_url, request.headers)
            finally:
                _now.reset(token)
                self._tidy(copies="versions" in dict(asked.parameters))
            status, reply_headers, content = answered
            if (asked.method, asked.key, asked.parameters, status) == ("PUT", None, [], 200):
                self._backend.buckets[asked.bucket].creation_date = _moment(now)
            if ("uploads", "") in asked.parameters and status == HTTPStatus.OK:
                for upload in self._backend.buckets[asked.bucket].multiparts.values():
                    vars(upload).setdefault("initiated", _moment(now).strftime(_ISO_8601))
        if not isinstance(content, FileBody):
            content = content.encode() if isinstance(content, str) else bytes(content or b"")
        pairs = [(name, str(value)) for name, value in reply_headers.items()]
        return S3Reply(int(status), pairs, content)

    def create_bucket(self, name: str, now: float) -> None:
        """Create a bucket; one that exists stays as it is."""
        with self.lock:
            if name not in self._backend.buckets:
                self.call(S3Request("PUT", name), now)

    def has_bucket(self, name: str) -> bool:
        """Tell whether there is such a bucket."""
        return name in self._backend.buckets

    def versioning(self, bucket: str) -> str | None:
        """Return Enabled, Suspended, or None if the bucket never had versioning, or isn't."""
        if not self.has_bucket(bucket):
            return None
        status: str | None = self._backend.buckets[bucket].versioning_status
        return status

    def find(self, bucket: str, key: str, version: str | None = None) -> FakeKey | None:
        """Return what lies under a key now, or did in that version."""
        if not self.has_bucket(bucket):
            return None
        found: FakeKey | None = self._backend.get_object(bucket, key, version_id=version)
        return found

    def lost_with(self, bucket: str, key: str, version: str | None = None) -> list[FakeKey]:
        """Return what is no longer there once a key is written or deleted, or a version deleted.

        moto keeps older versions only while versioning is Enabled, and looks at the version only
        then.
        """
        if not self.has_bucket(bucket):
            return []
        if not self._backend.buckets[bucket].is_versioned:
            there = self._backend.buckets[bucket].keys.getlist(key, default=[])
            return [one for one in there if isinstance(one, FakeKey)]
        found = None if version is None else self.find(bucket, key, version)
        return [] if found is None else [found]

    def is_public(self, bucket: str, key: str, version: str | None = None) -> bool:
        """Tell whether everybody may read an object, by its ACL or that of its bucket."""
        found = self.find(bucket, key, version)
        if found is None:
            return False
        acl = acl_of(found)
        return (self.bucket_acl(bucket) if acl == INHERITED else acl).is_public

    def bucket_acl(self, bucket: str) -> Acl:
        """Return the ACL of a bucket that is there."""
        acl: Acl = vars(self._backend.buckets[bucket]).get("cos_acl", PRIVATE)
        return acl

    def set_bucket_acl(self, bucket: str, acl: Acl) -> None:
        """Give a bucket that is there an ACL."""
        vars(self._backend.buckets[bucket])["cos_acl"] = acl

    def created(self, bucket: str) -> float:
        """Return when a bucket that is there was created, in Unix seconds."""
        moment: float = self._backend.buckets[bucket].creation_date.timestamp()
        return moment

    def tags(self, bucket: str) -> dict[str, str]:
        """Return the tags of a bucket that is there."""
        return dict(
            self._backend.tagger.get_tag_dict_for_resource(self._backend.buckets[bucket].arn)
        )

    def begun_with(self, bucket: str, upload_id: str) -> dict[str, str]:
        """Return the headers that an upload in parts was begun with, by lower-case name."""
        found = self._upload(bucket, upload_id)
        return {} if found is None else dict(vars(found).get("begun_with", {}))

    def begin(self, bucket: str, upload_id: str, headers: Mapping[str, str]) -> None:
        """Note the headers that an upload in parts was begun with."""
        found = self._upload(bucket, upload_id)
        if found is not None:
            vars(found)["begun_with"] = dict(headers)

    def append(self, stored: FakeKey, more: bytes, now: float) -> None:
        """Add bytes to an object."""
        inside: Any = stored
        inside.value = stored.value + more
        inside._etag = None  # noqa: SLF001 - calculated anew
        inside.last_modified = _moment(now).replace(tzinfo=None)
        vars(stored).pop("crc64", None)

    def objects(self, bucket: str, prefix: str) -> Iterator[FakeKey]:
        """Yield the bucket's current objects under a prefix, in no order."""
        for name, found in self._backend.buckets[bucket].keys.items():
            if name.startswith(prefix) and not isinstance(found, FakeDeleteMarker):
                yield found

    def cors_rules(self, bucket: str) -> Iterator[Rule]:
        """Yield the bucket's rules for browsers, none if there is no such bucket."""
        for rule in self._backend.buckets[bucket].cors if self.has_bucket(bucket) else ():
            yield Rule(
                origins=_listed(rule.allowed_origins),
                methods=_listed(rule.allowed_methods),
                headers=[name.lower() for name in _listed(rule.allowed_headers)],
            )

    def _upload(self, bucket: str, upload_id: str) -> FakeMultipart | None:
        if not self.has_bucket(bucket):
            return None
        found: FakeMultipart | None = self._backend.buckets[bucket].multiparts.get(upload_id)
        return found

    def uploads(self, bucket: str) -> Iterator[Upload]:
        """Yield the bucket's uploads in parts that were begun, in no order."""
        for found in self._backend.buckets[bucket].multiparts.values():
            yield Upload(
                key=found.key_name,
                upload_id=found.id,
                initiated=found.initiated,
                storage_class=storage_class_for_cos(found.storage),
            )

    def reset(self) -> None:
        """Forget every bucket."""
        with self.lock:
            self._discard()
            self._open()

    def _open(self) -> None:
        self._account = str(next(_accounts))
        self._backend: Any = s3_backends[self._account]["aws"]
        self._discard = weakref.finalize(self, _discard, self._account)

    def _tidy(self, *, copies: bool) -> None:
        # moto keeps every object ever made, for resets of all accounts together: it would grow
        # for ever. A listing of versions makes copies, which nobody else closes.
        for kind in _made:
            if copies:
                for made in kind.instances_tracked:
                    made.dispose()
            kind.instances_tracked.clear()
        for name in self._backend.buckets:
            s3_backends.bucket_accounts.pop(name, None)


def acl_of(stored: FakeKey) -> Acl:
    """Return an object's ACL."""
    acl: Acl = vars(stored).get("cos_acl", INHERITED)
    return acl


def is_archived(stored: FakeKey) -> bool:
    """Tell whether an object's content can't be read before it is restored."""
    return stored.storage_class in ARCHIVE_STORAGE_CLASSES and stored.expiry_date is None


def epoch(moment: dt.datetime) -> float:
    """Return moto's naive UTC time as Unix seconds."""
    return moment.replace(tzinfo=dt.timezone.utc).timestamp()


def _listed(texts: Any) -> list[str]:  # noqa: ANN401 - a list, the only one of it, or None
    return [texts] if isinstance(texts, str) else list(texts or ())


def _discard(account: str) -> None:
    """Close what the account holds, and only that: moto's own reset closes everybody's."""
    for bucket in s3_backends[account]["aws"].buckets.values():
        for _, versions in bucket.keys.iterlists():
            for version in versions:
                if isinstance(version, FakeKey):
                    version.dispose()
        for upload in bucket.multiparts.values():
            upload.dispose()
    dict.pop(s3_backends, account, None)


def _wsgi_request(asked: S3Request, account: str) -> _Request:
    path = "/" + (asked.key or "")
    query = urlencode(asked.parameters)
    environ = {
        "REQUEST_METHOD": asked.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path.encode().decode("latin-1"),
        "RAW_URI": quote(path, safe="/") + (f"?{query}" if query else ""),
        "QUERY_STRING": query,
        "SERVER_NAME": _DOMAIN,
        "SERVER_PORT": "443",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "https",
        "wsgi.input": io.BytesIO(asked.body),
        "CONTENT_LENGTH": str(len(asked.body)),
    }
    sent = {
        **asked.headers,
        "host": f"{asked.bucket}.{_DOMAIN}" if asked.bucket else _DOMAIN,
        "authorization": _AUTHORIZATION,
        "x-moto-account-id": account,
    }
    for name, value in sent.items():
        variable = name.upper().replace("-", "_")
        environ["CONTENT_TYPE" if variable == "CONTENT_TYPE" else f"HTTP_{variable}"] = value
    return _Request(environ, populate_request=False)  # else the body waits for a collection
