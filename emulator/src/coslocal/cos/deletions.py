"""The document of DELETE Multiple Objects (436/8289): which objects are deleted."""

from __future__ import annotations

from typing import Any, Final
from xml.parsers.expat import ExpatError
from xml.sax.saxutils import escape

import xmltodict

from coslocal.cos.errors import CosError

MAX_DELETED: Final = 1000


def deletions_of(body: bytes) -> list[tuple[str, str | None]]:
    """Return each key that a document names once, with its version, None for the current one.

    Raises:
        CosError: MalformedXML if it is no Delete, or names more than `MAX_DELETED` objects.
    """
    named = [_named(one) for one in _root(body).get("Object", ())]
    if not named or len(named) > MAX_DELETED:
        raise CosError("MalformedXML", f"From 1 to {MAX_DELETED} objects are deleted at once.")
    return list(dict.fromkeys(named))


def is_quiet(body: bytes) -> bool:
    """Tell whether only errors are to be answered."""
    return (_text(_root(body), "Quiet") or "").strip().lower() == "true"


def document_for_s3(body: bytes) -> bytes:
    """Return what a document asks for as S3 is to read it, so that both read the same."""
    objects = "".join(
        f"<Object>{_node('Key', key)}{_node('VersionId', version) if version else ''}</Object>"
        for key, version in deletions_of(body)
    )
    return f"<Delete>{objects}</Delete>".encode()


def _root(body: bytes) -> dict[str, Any]:
    try:
        document = xmltodict.parse(body, force_list=("Object",), strip_whitespace=False)
    except (ExpatError, LookupError, ValueError) as error:
        raise CosError("MalformedXML", "The body is no XML.") from error
    root = document.get("Delete")
    if not isinstance(root, dict):
        raise CosError("MalformedXML", "The body is no Delete.")
    return root


def _named(node: Any) -> tuple[str, str | None]:  # noqa: ANN401 - what xmltodict makes of it
    key = _text(node, "Key")
    if not key:
        raise CosError("MalformedXML", "An Object has a Key.")
    return key, _text(node, "VersionId") or None


def _text(node: Any, name: str) -> str | None:  # noqa: ANN401
    value = node.get(name) if isinstance(node, dict) else None
    if isinstance(value, dict):  # it has attributes
        value = value.get("#text") if all(one[0] in "@#" for one in value) else []
    if value is not None and not isinstance(value, str):
        raise CosError("MalformedXML", f"{name} is one text.")
    return value


def _node(name: str, text: str) -> str:
    return f"<{name}>{escape(text, {chr(13): '&#13;'})}</{name}>"
