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
from coslocal.cos.regions import Regions
from coslocal.cos.request_headers import given
from coslocal.cos.subresources import asked_for, meant
from coslocal.signature import SIGNATURE_PARAMETERS, SignedRequest, query_parameters

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from coslocal.cos.s3.door import SentToS3

MAX_KEY_BYTES: Final = 850
MAX_BODY_BYTES: Final = 5 * 1024**3
"""What is uploaded at once is no larger (436/7749)."""

_ABOUT_OBJECT: Final = frozenset({"acl", "symlink", "tagging", "uploadId"})
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
        method: As sent; those of HTTP are in upper case.
        region: For example "ap-guangzhou".
        bucket: <name>-<appid>; None if the host names none.
        key: Decoded, without the leading slash; None for the bucket itself.
        parameters: The query's, decoded, but those of a signature and those that COS ignores.
        headers: By lower-case name; values hold the bytes on the wire as latin-1, as in WSGI.
            One that is empty is left out.
        body: All of it.
        host: As sent.
        source_ip: The peer's.
        signed: What a signature can cover.
        form: What the form held that the request stands for, None if it came as it is.
        s3: What an S3 client sent that the request stands for, None if it speaks COS's own words.
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
    s3: SentToS3 | None = None

    @property
    def resource(self) -> str:
        """The host and percent-encoded path, as an error names what it is about."""
        return f"{self.host}/{quote(self.key or '')}"

    @property
    def about(self) -> frozenset[str]:
        """The sub-resource that is asked for: none, one, or the two of a part."""
        return asked_for((name for name, _ in self.parameters), key=self.key)

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
        if self.parameter("append") is not None:
            return False
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


def read_request(environ: WSGIEnvironment, regions: Regions) -> CosRequest:
    """Read a WSGI request to COS in its own words.

    Raises:
        CosError: The path isn't UTF-8, the body broke off, or the host is of no region served here.
    """
    headers = headers_of(environ)
    host = headers.get("host", "")
    address = parse_host(host)
    if address is None:
        raise CosError("NoSuchBucket", f"This is COS of {', '.join(regions.names)}.")
    path = decoded(unquote_to_bytes(target_of(environ)))
    method = environ["REQUEST_METHOD"]
    parameters = query_parameters(environ.get("QUERY_STRING", ""))
    key = path[1:] or None
    asked = (pair for pair in parameters if pair[0] not in SIGNATURE_PARAMETERS)
    return CosRequest(
        method=method,
        region=regions.of(address),
        bucket=address.bucket,
        key=key,
        parameters=meant(asked, bucket=address.bucket, key=key),
        headers=given(headers),
        body=body_of(environ),
        host=host,
        source_ip=environ.get("REMOTE_ADDR", "127.0.0.1"),
        signed=SignedRequest(method, path, parameters, headers),
    )


def decoded(path: bytes) -> str:
    """Return a path as text.

    Raises:
        CosError: InvalidURI for one that is not UTF-8.
    """
    try:
        return path.decode()
    except UnicodeDecodeError:
        raise CosError("InvalidURI", "The path is not UTF-8.") from None


def target_of(environ: WSGIEnvironment) -> str:
    """Return the path as it was sent; a server that folds `//` in PATH_INFO gives the target."""
    target: str = environ.get("RAW_URI") or environ.get("REQUEST_URI") or ""
    if target and not target.startswith("/"):
        try:
            target = urlsplit(target)._replace(scheme="", netloc="").geturl()
        except ValueError:
            raise CosError("InvalidURI", "The request's target is no URL.") from None
    if target:
        return target.partition("?")[0].partition("#")[0] or "/"
    path: str = environ.get("PATH_INFO") or "/"
    return quote(path.encode("latin-1"))


def headers_of(environ: WSGIEnvironment) -> dict[str, str]:
    """Return a request's headers, by lower-case name, the empty ones too."""
    headers = {
        name[5:].replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if environ.get(name):
            headers[name.replace("_", "-").lower()] = environ[name]
    return headers


def body_of(environ: WSGIEnvironment) -> bytes:
    """Return a request's body.

    Raises:
        CosError: InvalidArgument, EntityTooLarge or IncompleteBody.
    """
    stream = environ["wsgi.input"]
    length = environ.get("CONTENT_LENGTH")
    try:
        if length:
            wanted = _body_length(length)
            body = bytes(stream.read(wanted)) if wanted else b""
            if len(body) != wanted:
                raise CosError("IncompleteBody", "The body is shorter than Content-Length says.")
            return body
        if environ.get("wsgi.input_terminated") or environ.get("HTTP_TRANSFER_ENCODING"):
            return bytes(stream.read())
    except (OSError, ValueError) as error:
        raise CosError("IncompleteBody", "The body can't be read to its end.") from error
    return b""


def _body_length(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise CosError("InvalidArgument", "Content-Length is no number.")
    if len(text.lstrip("0")) > len(str(MAX_BODY_BYTES)) or int(text) > MAX_BODY_BYTES:
        raise CosError("EntityTooLarge", "The body is larger than what is uploaded at once.")
    return int(text)


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
