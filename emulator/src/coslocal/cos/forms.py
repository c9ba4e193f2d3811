"""POST Object (436/14690): a browser's form, as the PUT that it stands for.

Codes are those of the error code page (436/7730); for what which of them stands is as in S3.
"""

from __future__ import annotations

import base64
import io
import json
import re
import string
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timezone
from http import HTTPStatus
from typing import Any, Final, NamedTuple
from urllib.parse import quote, urlencode

from werkzeug.formparser import FormDataParser
from werkzeug.http import parse_options_header

from coslocal.cos.errors import CosError
from coslocal.cos.regions import Regions
from coslocal.cos.requests import CosRequest, Form
from coslocal.cos.s3.dialect import headers_for_cos_of
from coslocal.cos.s3.forms import is_s3_form, uncovered

_TYPE: Final = "multipart/form-data"
_FILE: Final = "file"
_HEADER: Final = re.compile(
    "acl|cache-control|content-(disposition|encoding|md5|type)|expires|x-cos-("
    "acl|forbid-overwrite|grant-.+|meta-.+|server-side-encryption.*|storage-class|tagging)"
)
_KEPT: Final = ("host", "origin", "user-agent")
_REQUIRED: Final = {"q-sign-algorithm", "q-ak", "q-sign-time"}
_STATUSES: Final = {"200": HTTPStatus.OK, "201": HTTPStatus.CREATED}


class Answer(NamedTuple):
    """How a form is answered, in place of the PUT: a status, and where the Location leads."""

    status: int
    location: str


class _Condition(NamedTuple):
    """One condition of a policy: `eq` or `starts-with` of a field."""

    kind: str
    field: str
    value: str

    def holds(self, given: str | None) -> bool:
        if given is None:
            return False
        return given == self.value if self.kind == "eq" else given.startswith(self.value)


def as_upload(request: CosRequest, regions: Regions) -> CosRequest:
    """Return the PUT that a form stands for; other requests stay as they are.

    Raises:
        CosError: The form can't be read, or lacks its key or its file.
    """
    mimetype, options = parse_options_header(request.headers.get("content-type"))
    if (request.method, request.key, mimetype) != ("POST", None, _TYPE) or request.parameters:
        return request
    form = _read(request.body, options)
    headers = {name: request.headers[name] for name in _KEPT if name in request.headers}
    said = {name: value.encode().decode("latin-1") for name, value in form.fields.items()}
    if is_s3_form(form.fields):
        said = headers_for_cos_of(said, regions)
    headers |= {_header(name): value for name, value in said.items() if _HEADER.fullmatch(name)}
    return replace(
        request,
        method="PUT",
        key=form.fields["key"],
        headers={**headers, "content-length": str(len(form.content))},
        body=form.content,
        form=form,
    )


def check_policy(form: Form, bucket: str | None, now: float) -> None:
    """Check that a form is as its policy, whose signature is believed, demands.

    Raises:
        CosError: The policy can't be read, is over at `now` (Unix seconds), or doesn't hold.
    """
    given = {_field(name): value for name, value in form.fields.items()}
    given |= {"bucket": bucket or "", "q-sign-time": form.fields.get("q-key-time", "")}
    try:
        policy = json.loads(base64.b64decode(form.fields["policy"]))
        ends = datetime.fromisoformat(policy["expiration"].replace("Z", "+00:00"))
        conditions = list(_conditions(policy["conditions"], len(form.content)))
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError) as error:
        raise CosError("InvalidPolicyDocument", "The policy can't be read.") from error
    if now > ends.replace(tzinfo=ends.tzinfo or timezone.utc).timestamp():
        raise CosError("AccessDenied", "Invalid according to Policy: Policy expired.")
    covered = {one.field for one in conditions}
    if is_s3_form(form.fields) and (extra := uncovered(form.fields, covered)):
        raise CosError(
            "AccessDenied", f"Invalid according to Policy: Extra input fields: {extra[0]}"
        )
    missing = _REQUIRED - covered
    if missing and not is_s3_form(form.fields):
        raise CosError("InvalidPolicyDocument", f"The policy has no {min(missing)}.")
    for one in conditions:
        if not one.holds(given.get(one.field)):
            raise CosError(
                "AccessDenied", f"Invalid according to Policy: Policy Condition failed: {one.field}"
            )


def form_answer(form: Form, request: CosRequest, etag: str) -> Answer:
    """Return what whoever sent the form is answered once the object is there, as it asked."""
    key = request.key or ""
    redirect = form.fields.get("success_action_redirect")
    if redirect:
        named = urlencode({"bucket": request.bucket, "key": key, "etag": etag}, quote_via=quote)
        target = f"{redirect}{'&' if '?' in redirect else '?'}{named}"
        return Answer(HTTPStatus.SEE_OTHER, quote(target, safe=string.punctuation))
    status = _STATUSES.get(form.fields.get("success_action_status", ""), HTTPStatus.NO_CONTENT)
    return Answer(status, f"http://{request.host}/{quote(key)}")


def _read(body: bytes, options: Mapping[str, str]) -> Form:
    try:
        parser = FormDataParser(stream_factory=lambda *_, **__: io.BytesIO(), silent=False)
        _, texts, files = parser.parse(io.BytesIO(body), _TYPE, len(body), dict(options))
    except ValueError as error:
        raise CosError("MalformedPOSTRequest", "The body is no multipart/form-data.") from error
    fields = {name.lower(): value for name, value in texts.items()}
    file = files.get(_FILE)
    if file is None and _FILE not in fields:
        raise CosError("InvalidArgument", "The form has no file.")
    content = file.read() if file is not None else fields.pop(_FILE).encode()
    name = (file.filename if file is not None else None) or ""
    fields["key"] = fields.get("key", "").replace("${filename}", name)
    if not fields["key"]:
        raise CosError("InvalidArgument", "The form has no key.")
    return Form(fields, content)


def _conditions(conditions: list[Any], size: int) -> Iterator[_Condition]:
    """Yield the conditions of fields; that of the file's `size`, in bytes, is checked here."""
    for one in conditions:
        if isinstance(one, dict):
            yield from (_Condition("eq", _field(name), str(value)) for name, value in one.items())
            continue
        kind, first, second = one
        if kind == "content-length-range":
            _check_size(size, int(first), int(second))
        elif kind in ("eq", "starts-with") and first.startswith("$"):
            yield _Condition(kind, _field(first[1:]), str(second))
        else:
            raise ValueError("a condition is eq, starts-with or content-length-range")


def _check_size(size: int, least: int, most: int) -> None:
    if size < least:
        raise CosError("EntityTooSmall", f"The file is smaller than {least} bytes.")
    if size > most:
        raise CosError("EntityTooLarge", f"The file is larger than {most} bytes.")


def _field(name: str) -> str:
    """Return the name that a policy and a form share; both may call x-cos-acl acl."""
    return "acl" if name.lower() in ("x-cos-acl", "x-amz-acl") else name.lower()


def _header(name: str) -> str:
    return "x-cos-acl" if name == "acl" else name
