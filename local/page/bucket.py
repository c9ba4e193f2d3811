"""Uploads to the local bucket as a user, and reads it as an auditor, only with the official SDK.

The names of the output's objects hold a card's version, and are read here too.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import PurePosixPath
from typing import Any, Final, NamedTuple

from qcloud_cos import CosS3Client, CosServiceError

FOLDER_OF_TYPE: Final = {"IDCard": "id", "DriverLicense": "driver"}
"""The folder of each card type's photos, below the input prefix; `make up` names them too."""

MAX_STEM: Final = 80
MAX_SUFFIX: Final = 10

_VERSION: Final = r"(?P<key>.+)\.(?P<etag>[0-9A-Za-z-]+)(?:~(?P<run>[0-9]+))?"
RESULT_NAME: Final = re.compile(rf"{_VERSION}\.json", re.DOTALL)
PENDING_NAME: Final = re.compile(rf"{_VERSION}\.(?P<attempt>[0-9]{{4}})\.json", re.DOTALL)
_MAX_KEY_BYTES: Final = 700


class Version(NamedTuple):
    """One version of a photo; `key` may be the form that long keys have in names."""

    key: str
    etag: str


class OutputName(NamedTuple):
    """The parts of a pending object's or a result's name; a result's `attempt` is 0."""

    version: Version
    run: int
    attempt: int = 0


def file_name(name: str) -> str:
    """Return the last part of an uploaded file's name, without characters that a key can't have."""
    last = name.replace("\\", "/").rpartition("/")[2]
    path = PurePosixPath("".join(one for one in last if one.isprintable()).strip(" .") or "card")
    return f"{path.stem[:MAX_STEM]}{path.suffix[:MAX_SUFFIX]}"


def parse_name(form: re.Pattern[str], name: str) -> OutputName | None:
    """Read a name below its folder, from the right. Return None if it isn't of a form.

    The form is `RESULT_NAME` or `PENDING_NAME`.
    """
    match = form.fullmatch(name)
    if match is None:
        return None
    version, attempt = Version(match["key"], match["etag"]), match.groupdict().get("attempt")
    return OutputName(version, int(match["run"] or 1), int(attempt or 0))


def version_in_names(key: str, etag: str) -> Version:
    """Return a photo's version in the form that its objects' names have."""
    encoded = key.encode()
    if len(encoded) > _MAX_KEY_BYTES or key.startswith("~/"):
        return Version(f"~/{hashlib.sha256(encoded).hexdigest()}", etag)
    return Version(key, etag)


def identifier(version: Version) -> str:
    """Return a version's identifier for the page's URLs, which hold no key."""
    return hashlib.sha256(f"{version.etag}.{version.key}".encode()).hexdigest()[:32]


_PAGE_SIZE: Final = 1000
_REMEMBERED: Final = 20_000
MAX_DOCUMENT_BYTES: Final = 1_000_000
"""No result is nearly so large; what is larger is not read."""

_MAPPINGS: Final = ("source", "job", "error", "fields")
_TEXTS: Final = ("state", "outcome", "card_type", "job_id")


@dataclass(frozen=True)
class Entry:
    """One object of a listing; `etag` without quotes, `last_modified` as COS writes it."""

    name: str
    etag: str
    size: int
    last_modified: str


@dataclass(frozen=True)
class Document:
    """One pending object or result, read. `body` is None if it is no such document."""

    name: str
    body: dict[str, Any] | None


class Bucket:
    """One bucket. Several threads may use it at once."""

    def __init__(self, client: CosS3Client, name: str, input_prefix: str) -> None:
        self._client = client
        self._input_prefix = input_prefix
        self._read: dict[tuple[str, str], Document] = {}
        self.name = name

    def list(self, prefix: str) -> Iterator[Entry]:
        """Yield every object under `prefix`, in the order of COS."""
        marker = ""
        while True:
            page = self._client.list_objects(
                Bucket=self.name, Prefix=prefix, Marker=marker, MaxKeys=_PAGE_SIZE
            )
            for item in page.get("Contents", []):
                etag = item["ETag"].strip('"')
                yield Entry(item["Key"], etag, int(item["Size"]), item["LastModified"])
            if page["IsTruncated"] != "true":
                return
            marker = page["NextMarker"]

    def document(self, entry: Entry) -> Document | None:
        """Return a listed JSON object. Read it once for each of its ETags. None if it is gone."""
        known = self._read.get((entry.name, entry.etag))
        if known is not None:
            return known
        content = self.content(entry.name) if entry.size <= MAX_DOCUMENT_BYTES else b""
        if content is None:
            return None
        if len(self._read) >= _REMEMBERED:
            self._read.clear()
        document = Document(entry.name, _json_object(content))
        self._read[entry.name, entry.etag] = document
        return document

    def content(self, key: str, etag: str | None = None) -> bytes | None:
        """Return an object's content. Return None if it is gone or has another ETag."""
        condition = {} if etag is None else {"IfMatch": f'"{etag}"'}
        try:
            reply = self._client.get_object(Bucket=self.name, Key=key, **condition)
        except CosServiceError as error:
            if error.get_status_code() in (HTTPStatus.NOT_FOUND, HTTPStatus.PRECONDITION_FAILED):
                return None
            raise
        content: bytes = reply["Body"].get_raw_stream().read()
        return content

    def upload(
        self, name: str, content: bytes, *, content_type: str, card_type: str
    ) -> tuple[str, str]:
        """Upload a photo under a key of its own; return the key and the ETag.

        If other content has the name already, the name gets a number. The same content under the
        same name is the same version of the same card, so it stays as it is.
        """
        path = PurePosixPath(file_name(name))
        folder = f"{self._input_prefix}{FOLDER_OF_TYPE[card_type]}"
        etag = hashlib.md5(content, usedforsecurity=False).hexdigest()
        for number in itertools.count(1):
            ending = "" if number == 1 else f"-{number}"
            key = f"{folder}/{path.stem}{ending}{path.suffix}"
            if self._create(key, content, content_type, card_type) or self._etag(key) == etag:
                break
        return key, etag

    def _create(self, key: str, content: bytes, content_type: str, card_type: str) -> bool:
        headers = {"x-cos-forbid-overwrite": "true", "x-cos-meta-card-type": card_type}
        try:
            self._client.put_object(
                Bucket=self.name, Key=key, Body=content, ContentType=content_type, Metadata=headers
            )
        except CosServiceError as error:
            if error.get_error_code() == "FileAlreadyExists":
                return False
            raise
        return True

    def _etag(self, key: str) -> str:
        etag: str = self._client.head_object(Bucket=self.name, Key=key)["ETag"]
        return etag.strip('"')


def _json_object(content: bytes) -> dict[str, Any] | None:
    """Return a document's body, None if what lies there has another form than the page reads."""
    try:
        body = json.loads(content, parse_constant=_no_number)
        json.dumps(body, ensure_ascii=False).encode()  # as it is passed on
    except (RecursionError, ValueError):
        return None
    if not isinstance(body, dict) or not all(
        isinstance(body.get(name), kind | None)
        for names, kind in ((_MAPPINGS, dict), (_TEXTS, str))
        for name in names
    ):
        return None
    items = body.get("items") or []
    fits = isinstance(items, list) and all(isinstance(item, dict) for item in items)
    return body if fits else None


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no JSON")
