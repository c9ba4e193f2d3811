"""Requests that can't be carried out, made from a seed: what is wrong with each, and its bytes.

Most are signed well, so that what is wrong is found behind the signature.
"""

from __future__ import annotations

import hashlib
import random
import string
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple
from urllib.parse import quote_from_bytes

from coslocal.credentials import Credential
from tests.cos.sdk import BUCKET, REGION
from tests.cos.signing import native, query_string, v4

HOST: Final = f"{BUCKET}.cos.{REGION}.myqcloud.com"
DOCUMENTS: Final = (
    ("PUT", "", "acl"),
    ("PUT", "", "cors"),
    ("PUT", "", "lifecycle"),
    ("PUT", "", "tagging"),
    ("PUT", "", "versioning"),
    ("PUT", "", "website"),
    ("PUT", "", "encryption"),
    ("POST", "", "delete"),
    ("PUT", "there", "acl"),
    ("PUT", "there", "tagging"),
    ("POST", "there", "restore"),
    ("POST", "there", "select"),
    ("POST", "there", "uploadId=none"),
)


class Malformed(NamedTuple):
    """What is wrong, at which door, and the request as it is sent."""

    wrong: str
    door: str
    sent: bytes


@dataclass
class _Request:
    """One that may be signed at either door; `target` overrides what the path is sent as."""

    method: str = "GET"
    path: bytes = b"/there"
    query: list[tuple[str, str]] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    length: str | None = None
    payload: str = ""
    signed: bool = True


def malformed(credential: Credential, seed: int, count: int) -> Iterator[Malformed]:
    """Yield so many, the doors in turns and every kind as often as another."""
    chance = random.Random(seed)  # noqa: S311 - a seed, no secret
    for number in range(count):
        door = ("cos", "s3")[number % 2]
        kinds = KINDS if door == "cos" else (*KINDS, *KINDS_OF_S3)
        kind = kinds[number // 2 % len(kinds)]
        request = kind(chance)
        yield Malformed(kind.__name__, door, _sent(credential, door, request))


def _sent(credential: Credential, door: str, request: _Request) -> bytes:
    target = quote_from_bytes(request.path, safe="/")
    headers = {"Host": request.headers.get("Host", HOST)}
    if request.signed and door == "cos":
        path = request.path.decode("utf-8", "replace")
        headers |= native(credential, request.method, path, request.query, headers["Host"])
    elif request.signed:
        digest = request.payload or hashlib.sha256(request.body).hexdigest()
        headers |= v4(credential, request.method, request.path, request.query, headers, digest)
    headers |= _named(request.headers, door)
    if request.body or request.length is not None:
        headers["Content-Length"] = request.length or str(len(request.body))
    query = f"?{query_string(request.query)}" if request.query else ""
    lines = [f"{request.method} {target}{query} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode("latin-1") + request.body


def _named(headers: dict[str, str], door: str) -> dict[str, str]:
    if door == "cos":
        return headers
    return {name.replace("x-cos-", "x-amz-"): value for name, value in headers.items()}


def _noise(chance: random.Random, size: int = 12) -> str:
    return "".join(chance.choices(string.ascii_letters + "!*'() ~", k=size))


def path_is_no_utf8(chance: random.Random) -> _Request:
    return _Request(path=b"/a" + bytes([chance.randrange(0x80, 0xC0)]) + b"b")


def key_is_too_long(chance: random.Random) -> _Request:
    return _Request(method="PUT", path=b"/" + b"k" * chance.randrange(851, 3000), body=b"x")


def method_is_none(chance: random.Random) -> _Request:
    return _Request(method=chance.choice(["PATCH", "TRACE", "LOCK", "BREW", "CONNECT", "get"]))


def subresource_has_no_such_method(chance: random.Random) -> _Request:
    method, path, name = chance.choice(
        [
            ("DELETE", b"/", "acl"),
            ("DELETE", b"/there", "acl"),
            ("PUT", b"/", "uploads"),
            ("PUT", b"/there", "restore"),
            ("HEAD2", b"/", "cors"),
            ("POST", b"/", "versioning"),
            ("DELETE", b"/there", "symlink"),
        ]
    )
    return _Request(method, path, [(name, "")])


def number_is_none(chance: random.Random) -> _Request:
    name, value = chance.choice(["max-keys", "max-uploads"]), chance.choice(["-1", "x", "1e3", "١"])
    query = [("uploads", "")] if name == "max-uploads" else []
    return _Request(path=b"/", query=[*query, (name, value)])


def part_number_is_none(chance: random.Random) -> _Request:
    number = chance.choice(["0", "10001", "-1", "x", "", "9" * 30])
    return _Request("PUT", query=[("uploadId", "none"), ("partNumber", number)], body=b"x")


def part_of_no_upload(chance: random.Random) -> _Request:
    number = str(chance.randrange(1, 10_000))
    return _Request("PUT", query=[("uploadId", _noise(chance)), ("partNumber", number)], body=b"x")


def upload_is_not_there(chance: random.Random) -> _Request:
    method = chance.choice(["GET", "DELETE"])
    return _Request(method, query=[("uploadId", _noise(chance))])


def encoding_is_none(chance: random.Random) -> _Request:
    return _Request(path=b"/", query=[("encoding-type", _noise(chance))])


def version_is_not_there(chance: random.Random) -> _Request:
    return _Request(query=[("versionId", _noise(chance))])


def document_is_no_xml(chance: random.Random) -> _Request:
    body = chance.choice(
        [
            b"<",
            b"no xml",
            b"<a><b></a>",
            b"\xff\xfe\x00",
            b"<a>&unknown;</a>",
            b"<?xml version='1.0' encoding='utf-99'?><a/>",
            b'<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><a>&c;</a>',
            b"<a>" * 20_000,
            b"\0",
        ]
    )
    return _document(chance, body)


def document_is_of_another_kind(chance: random.Random) -> _Request:
    method, path, name = chance.choice(
        [
            ("PUT", b"/", "acl"),
            ("PUT", b"/", "tagging"),
            ("PUT", b"/", "cors"),
            ("POST", b"/", "delete"),
            ("PUT", b"/there", "acl"),
            ("PUT", b"/there", "tagging"),
        ]
    )
    body = chance.choice([b"<Other/>", b"<Other><Key>a</Key></Other>", b"<D>" + b"<e>" * 99])
    body = body if not body.startswith(b"<D>") else body + b"</e>" * 99 + b"</D>"
    return _Request(method, path, [(name, "")], body=body)


def _document(chance: random.Random, body: bytes) -> _Request:
    method, key, asked = chance.choice(DOCUMENTS)
    name, _, value = asked.partition("=")
    return _Request(method, b"/" + key.encode(), [(name, value)], body=body)


def policy_is_no_json(chance: random.Random) -> _Request:
    body = chance.choice([b"{", b"", b"<a/>", b"[" * 5000, b"\xff"]) or b"nothing"
    return _Request("PUT", b"/", [("policy", "")], body=body)


def acl_is_none(chance: random.Random) -> _Request:
    header = chance.choice(
        [
            ("x-cos-acl", _noise(chance)),
            ("x-cos-grant-read", "everybody"),
            ("x-cos-grant-read", 'id="me"'),
            ("x-cos-grant-full-control", 'uri="http://example.com/all"'),
            ("x-cos-grant-read-acp", 'id="100000000001",'),
        ]
    )
    return _Request("PUT", body=b"x", headers=dict([header]))


def header_is_none(chance: random.Random) -> _Request:
    header = chance.choice(
        [
            ("x-cos-storage-class", "COLD"),
            ("x-cos-server-side-encryption", "rot13"),
            ("x-cos-copy-source", "nothing"),
            ("x-cos-copy-source", "%00/%zz"),
            ("x-cos-copy-source", f"{BUCKET}.cos.{REGION}.myqcloud.com/"),
            ("x-cos-copy-source", f"{BUCKET}.cos.{REGION}.myqcloud.com/missing"),
            ("x-cos-copy-source", f"missing-1250000000.cos.{REGION}.myqcloud.com/there"),
        ]
    )
    return _Request("PUT", path=b"/new", headers=dict([header]))


def directive_is_none(chance: random.Random) -> _Request:
    source = f"{BUCKET}.cos.{REGION}.myqcloud.com/there"
    other = chance.choice(
        [
            ("x-cos-metadata-directive", _noise(chance)),
            ("x-cos-copy-source-if-match", '"other"'),
            ("x-cos-copy-source-if-modified-since", "yesterday"),
            ("x-cos-copy-source-if-unmodified-since", "99"),
        ]
    )
    return _Request("PUT", b"/new", headers={"x-cos-copy-source": source, other[0]: other[1]})


def digest_is_another(chance: random.Random) -> _Request:
    digest = chance.choice(["AAAA", "no base64", "A" * 22 + "=="])
    return _Request("PUT", headers={"Content-MD5": digest}, body=b"x")


def response_header_is_none(chance: random.Random) -> _Request:
    value = chance.choice(["a\r\nX-Injected: 1", "\0", "é\x7f"])
    return _Request(query=[("response-content-type", value)])


def range_is_outside(chance: random.Random) -> _Request:
    return _Request(headers={"Range": f"bytes={chance.randrange(10**4, 10**12)}-"})


def condition_does_not_hold(chance: random.Random) -> _Request:
    return _Request(headers={"If-Match": f'"{_noise(chance)}"'})


def append_has_no_position(chance: random.Random) -> _Request:
    value = chance.choice(["", "x", "-1", "99", "9" * 40])
    return _Request("POST", query=[("append", ""), ("position", value)], body=b"x")


def link_leads_nowhere(chance: random.Random) -> _Request:
    return _Request("PUT", path=f"/link{chance.random()}".encode(), query=[("symlink", "")])


def bucket_is_not_there(chance: random.Random) -> _Request:
    return _Request(
        path=b"/", headers={"Host": f"x{chance.randrange(10**6)}-1.cos.{REGION}.myqcloud.com"}
    )


def host_is_none(chance: random.Random) -> _Request:
    host = chance.choice(["", "..", "a b", "[::1", "cos.myqcloud.com", "x.cos.y.myqcloud.com:z"])
    return _Request(headers={"Host": host})


def length_is_none(chance: random.Random) -> _Request:
    length = chance.choice(["x", "-1", "1.5", "9" * 30, "0x10", "١"])
    length = length if length.isascii() else "+1"
    return _Request("PUT", body=b"x", length=length)


def body_breaks_off(chance: random.Random) -> _Request:
    return _Request("PUT", body=b"x", length=str(chance.randrange(2, 10**6)))


def chunks_are_none(chance: random.Random) -> _Request:
    body = chance.choice([b"zz\r\n", b"5\r\nab", b"-1\r\n", b"1\r\nab\r\n0\r\n\r\n", b"\r\n"])
    return _Request("PUT", body=body, headers={"Transfer-Encoding": "chunked"}, length="")


def signature_is_noise(chance: random.Random) -> _Request:
    authorization = chance.choice(
        [
            "q-sign-algorithm=sha1",
            "q-sign-algorithm=sha1&q-ak=&q-signature=",
            "AWS4-HMAC-SHA256",
            "AWS4-HMAC-SHA256 Credential=a, SignedHeaders=host, Signature=b",
            "AWS4-ECDSA-P256-SHA256 Credential=a/20260101/s3/aws4_request",
            "AWS :",
            "AWS a:b",
            f"AWS {_noise(chance)}:{_noise(chance)}",
            "\xff\xfe",
            "Bearer " + _noise(chance, 40),
        ]
    )
    return _Request(signed=False, headers={"Authorization": authorization})


def presigned_is_noise(chance: random.Random) -> _Request:
    query = chance.choice(
        [
            [("X-Amz-Algorithm", "AWS4-HMAC-SHA256")],
            [("X-Amz-Algorithm", "AWS4-HMAC-SHA256"), ("X-Amz-Expires", "9999999")],
            [("AWSAccessKeyId", "a"), ("Signature", "b"), ("Expires", "soon")],
            [("AWSAccessKeyId", "a"), ("Signature", "é"), ("Expires", "1")],
            [("q-sign-algorithm", "sha1"), ("q-signature", "é")],
            [("q-sign-algorithm", "md5"), ("q-ak", _noise(chance))],
        ]
    )
    return _Request(signed=False, query=query)


def form_is_none(chance: random.Random) -> _Request:
    kind = "multipart/form-data; boundary=x"
    field_of = b'--x\r\nContent-Disposition: form-data; name="%b"\r\n\r\n%b\r\n'
    body = chance.choice(
        [
            b"nothing",
            b"--x",
            b"--x--\r\n",
            field_of % (b"key", b"a") + b"--x--\r\n",
            field_of % (b"file", b"a") + b"--x--\r\n",
            field_of % (b"key", b"a") + field_of % (b"file", b"a") + b"--x--\r\n",
            field_of % (b"policy", b"e30=") + field_of % (b"x-amz-signature", b"\xff") + b"--x--",
            field_of % (b"key", b"a")
            + field_of % (b"file", b"a")
            + field_of % (b"policy", b"!")
            + field_of % (b"q-signature", b"a")
            + b"--x--\r\n",
        ]
    )
    return _Request("POST", b"/", headers={"Content-Type": kind}, body=body, signed=False)


def payload_is_another(chance: random.Random) -> _Request:
    digest = chance.choice([hashlib.sha256(b"other").hexdigest(), "no digest", "STREAMING-NOTHING"])
    return _Request("PUT", body=b"x", payload=digest)


def aws_chunks_are_none(chance: random.Random) -> _Request:
    payload = chance.choice(
        [
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
            "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        ]
    )
    body = chance.choice(
        [
            b"nothing",
            b"5\r\nab",
            b"-1\r\n\r\n",
            b"1\r\nab\r\n0\r\n\r\n",
            b"1;chunk-signature=%b\r\na\r\n0;chunk-signature=%b\r\n\r\n" % (b"0" * 64, b"0" * 64),
            b"1\r\na\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n",
            b"1\r\na\r\n0\r\nno header\r\n\r\n",
            b"f" * 12 + b"\r\n",
        ]
    )
    length = chance.choice(["1", "x", "2"])
    announced = {"x-amz-trailer": "x-amz-checksum-crc32", "x-amz-decoded-content-length": length}
    return _Request("PUT", body=body, payload=payload, headers=announced)


def checksum_is_another(chance: random.Random) -> _Request:
    name = chance.choice(["crc32", "crc32c", "crc64nvme", "sha1", "sha256", "xxhash"])
    value = chance.choice(["AAAAAA==", "no base64", ""]) or "AA"
    return _Request("PUT", body=b"x", headers={f"x-amz-checksum-{name}": value})


def token_is_none(chance: random.Random) -> _Request:
    token = chance.choice(["no token", "////", "_w==", "é"])
    return _Request(path=b"/", query=[("list-type", "2"), ("continuation-token", token)])


def document_is_of_another_cloud(_: random.Random) -> _Request:
    body = b"<W><RedirectAllRequestsTo>arn:aws:s3:::there</RedirectAllRequestsTo></W>"
    return _Request("PUT", b"/", [("website", "")], body=body)


Kind = Callable[[random.Random], _Request]
KINDS: Final[Sequence[Kind]] = (
    path_is_no_utf8,
    key_is_too_long,
    method_is_none,
    subresource_has_no_such_method,
    number_is_none,
    part_number_is_none,
    part_of_no_upload,
    upload_is_not_there,
    encoding_is_none,
    version_is_not_there,
    document_is_no_xml,
    document_is_of_another_kind,
    policy_is_no_json,
    acl_is_none,
    header_is_none,
    directive_is_none,
    digest_is_another,
    response_header_is_none,
    range_is_outside,
    condition_does_not_hold,
    append_has_no_position,
    link_leads_nowhere,
    bucket_is_not_there,
    host_is_none,
    length_is_none,
    body_breaks_off,
    chunks_are_none,
    signature_is_noise,
    presigned_is_noise,
    form_is_none,
)
KINDS_OF_S3: Final[Sequence[Kind]] = (
    payload_is_another,
    aws_chunks_are_none,
    checksum_is_another,
    token_is_none,
    document_is_of_another_cloud,
)

NO_HTTP: Final = (
    b"GET\r\n\r\n",
    b"GET / HTTP/9.9\r\n\r\n",
    b"GET / HTTP/1.1 more\r\n\r\n",
    b"GET http://[::1/ HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + b"".join(b"X-%d: 1\r\n" % number for number in range(200)) + b"\r\n",
    b"GET / HTTP/1.1\r\nX: " + b"a" * 70_000 + b"\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
)
"""What is no request of HTTP: it is for no door."""
