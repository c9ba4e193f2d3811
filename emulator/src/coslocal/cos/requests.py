"""A request as it arrives at COS, and what is wrong with it before it is carried out."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote_to_bytes, urlsplit

from coslocal.cos.errors import CosError
from coslocal.cos.hosts import parse_host
from coslocal.signature import SIGNATURE_PARAMETERS, SignedRequest, query_parameters

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

MAX_KEY_BYTES: Final = 850

_ABOUT_OBJECT: Final = frozenset({"acl", "tagging", "uploadId"})
_DOCUMENTS: Final = frozenset({"acl", "tagging"})


@dataclass(frozen=True)
class Form:
    """A browser's form: its fields by lower-case name, and the `content` of its file."""

    fields: Mapping[str, str]
    content: bytes


@dataclass(frozen=True)
class CosRequest:
    """One request, decoded.

    Attributes:
        method: In upper case.
        region: For example "ap-guangzhou".
        bucket: <name>-<appid>; None if the host names none.
        key: Decoded, without the leading slash; None for the bucket itself.
        parameters: The query's, decoded, but those of a signature.
        headers: By lower-case name; values hold the bytes on the wire as latin-1, as in WSGI.
        body: All of it.
        host: As sent.
        source_ip: The peer's.
        signed: What a signature can cover.
        form: What the form held that the request stands for, None if it came as it is.
    """

    method: str
    region: str
    bucket: str | None
    key: str | None
    parameters: Sequence[tuple[str, str]]
    headers: Mapping[str, str]
    body: bytes
    host: str
    source_ip: str
    signed: SignedRequest
    form: Form | None = None

    @property
    def resource(self) -> str:
        """The host and percent-encoded path, as an error names what it is about."""
        return f"{self.host}/{quote(self.key or '')}"

    @property
    def reads_content(self) -> bool:
        """Whether the answer's body is an object's own, or what is selected from it."""
        names = {name for name, _ in self.parameters}
        if self.method == "POST":
            return "select" in names
        return self.method == "GET" and self.key is not None and not names & _ABOUT_OBJECT

    @property
    def shows_content(self) -> bool:
        """Whether the answer's headers are about an object's content."""
        return self.method == "HEAD" or (self.method == "GET" and self.reads_content)

    @property
    def sends_document(self) -> bool:
        """Whether the body, where there is one, is XML that says more of what is asked."""
        about = _DOCUMENTS & {name for name, _ in self.parameters}
        return self.method == "POST" or (self.method == "PUT" and (not self.key or bool(about)))

    def parameter(self, name: str) -> str | None:
        """Return a query parameter, None if there is none."""
        return next((value for one, value in self.parameters if one == name), None)

    def check(self) -> None:
        """Check the key's length and the body's digest.

        Raises:
            CosError: KeyTooLong, InvalidDigest or BadDigest.
        """
        if self.key is not None and len(self.key.encode()) > MAX_KEY_BYTES:
            raise CosError("KeyTooLong", f"The key is longer than {MAX_KEY_BYTES} bytes.")
        digest = self.headers.get("content-md5")
        if digest is not None:
            _check_digest(digest, self.body)


def read_request(environ: WSGIEnvironment, region: str) -> CosRequest:
    """Read a WSGI request to the COS of `region`.

    Raises:
        CosError: The path isn't UTF-8, the body broke off, or the host is none of this region's.
    """
    headers = _headers(environ)
    host = headers.get("host", "")
    address = parse_host(host)
    if address is None or address.region not in (region, None):
        raise CosError("NoSuchBucket", f"This is COS of {region}.")
    try:
        path = _raw_path(environ).decode()
    except UnicodeDecodeError:
        raise CosError("InvalidURI", "The path is not UTF-8.") from None
    method = environ["REQUEST_METHOD"].upper()
    parameters = query_parameters(environ.get("QUERY_STRING", ""))
    return CosRequest(
        method=method,
        region=region,
        bucket=address.bucket,
        key=path[1:] or None,
        parameters=[pair for pair in parameters if pair[0] not in SIGNATURE_PARAMETERS],
        headers=headers,
        body=_body(environ),
        host=host,
        source_ip=environ.get("REMOTE_ADDR", "127.0.0.1"),
        signed=SignedRequest(method, path, parameters, headers),
    )


def _raw_path(environ: WSGIEnvironment) -> bytes:
    """Return the path, decoded; a server that folds `//` in PATH_INFO gives the target as sent."""
    target: str = environ.get("RAW_URI") or environ.get("REQUEST_URI") or ""
    if not target.startswith("/"):
        target = urlsplit(target)._replace(scheme="", netloc="").geturl()
    if target:
        return unquote_to_bytes(target.partition("?")[0])
    path: str = environ.get("PATH_INFO") or "/"
    return path.encode("latin-1")


def _headers(environ: WSGIEnvironment) -> dict[str, str]:
    headers = {
        name[5:].replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if environ.get(name):
            headers[name.replace("_", "-").lower()] = environ[name]
    return headers


def _body(environ: WSGIEnvironment) -> bytes:
    stream = environ["wsgi.input"]
    length = environ.get("CONTENT_LENGTH")
    if length:
        body = bytes(stream.read(int(length)))
        if len(body) != int(length):
            raise CosError("IncompleteBody", "The body is shorter than Content-Length says.")
        return body
    if environ.get("wsgi.input_terminated") or environ.get("HTTP_TRANSFER_ENCODING"):
        return bytes(stream.read())
    return b""


def _check_digest(digest: str, body: bytes) -> None:
    try:
        expected = base64.b64decode(digest, validate=True)
    except binascii.Error:
        expected = b""
    actual = hashlib.md5(body, usedforsecurity=False).digest()
    if len(expected) != len(actual):
        raise CosError("InvalidDigest", "Content-MD5 is no MD5 in base64.")
    if expected != actual:
        raise CosError("BadDigest", "Content-MD5 is not the digest of the body.")
