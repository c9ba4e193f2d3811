"""ACLs (436/30583): of buckets (PUT 436/7737, GET 436/7733), of objects (436/7748, 436/7744).

The owner can do everything, whatever an ACL says, and is named in each. An ACL has one effect here:
whether a request that isn't signed may read an object.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple
from xml.parsers.expat import ExpatError

import xmltodict

from coslocal.cos.errors import CosError
from coslocal.cos.listing import node

OWNER: Final = "qcs::cam::uin/100000000001:uin/100000000001"
"""Whom everything here belongs to."""

EVERYBODY: Final = "http://cam.qcloud.com/groups/global/AllUsers"
AUTHENTICATED: Final = "http://cam.qcloud.com/groups/global/AuthenticatedUsers"
DEFAULT: Final = "default"

_MOST_GRANTS: Final = 100
_XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
_PERMISSIONS: Final = ("READ", "WRITE", "READ_ACP", "WRITE_ACP", "FULL_CONTROL")
_HEADERS: Final = {f"x-cos-grant-{one.lower().replace('_', '-')}": one for one in _PERMISSIONS}
_GRANTEE: Final = re.compile(r'\s*(id|uri)\s*=\s*"([^"]+)"\s*')
_UIN: Final = re.compile(r"\d{5,20}", re.ASCII)
_QCS: Final = re.compile(r"qcs::cam::uin/\d+:uin/(\d+|\*)", re.ASCII)
_ANYONE: Final = "qcs::cam::anyone:anyone"
_OF_OBJECTS_ONLY: Final = {DEFAULT, "bucket-owner-read", "bucket-owner-full-control"}


class Grant(NamedTuple):
    """A permission for a group, by its URI, or for an account, by its id."""

    permission: str
    grantee: str

    @property
    def is_group(self) -> bool:
        """Whether it is for a group."""
        return self.grantee.startswith("http")


@dataclass(frozen=True)
class Acl:
    """Who else than the owner may do what; `canned` is the name it was given by, if it was."""

    grants: Sequence[Grant] = ()
    canned: str | None = None

    @property
    def is_public(self) -> bool:
        """Whether everybody may read."""
        return any(
            one.grantee == EVERYBODY and one.permission in ("READ", "FULL_CONTROL")
            for one in self.grants
        )


_CANNED: Final[Mapping[str, Sequence[Grant]]] = {
    "private": (),
    DEFAULT: (),
    "public-read": (Grant("READ", EVERYBODY),),
    "public-read-write": (Grant("READ", EVERYBODY), Grant("WRITE", EVERYBODY)),
    "authenticated-read": (Grant("READ", AUTHENTICATED),),
    "bucket-owner-read": (),
    "bucket-owner-full-control": (),
}
"""Those for the bucket's owner add nothing: he owns its objects too. For public-read-write
436/30583 says FULL_CONTROL; the official SDK for Python knows it by READ and WRITE, as here."""

PRIVATE: Final = Acl(canned="private")
INHERITED: Final = Acl(canned=DEFAULT)
"""A bucket's ACL, and an object's, that was never given."""


def acl_of_headers(headers: Mapping[str, str], *, of_object: bool) -> Acl | None:
    """Return the ACL that a request's headers give, by lower-case name; None if they give none.

    Raises:
        CosError: InvalidArgument for a canned ACL, or a grantee, that is none.
    """
    canned = headers.get("x-cos-acl")
    if canned:
        if canned not in _CANNED or (canned in _OF_OBJECTS_ONLY and not of_object):
            raise CosError("InvalidArgument", "x-cos-acl is none of those that COS knows.")
        return Acl(_CANNED[canned], canned)
    grants = [
        Grant(permission, grantee)
        for name, permission in _HEADERS.items()
        if headers.get(name)
        for grantee in _grantees(name, headers[name])
    ]
    return _checked(grants) if grants else None


def acl_of_document(body: bytes) -> Acl:
    """Return the ACL that a document gives, AccessControlPolicy.

    Raises:
        CosError: MalformedXML or InvalidArgument.
    """
    try:
        policy = xmltodict.parse(body, force_list=("Grant",))["AccessControlPolicy"]
        grants = (policy["AccessControlList"] or {}).get("Grant", ())
        return _checked([_grant(one) for one in grants])
    except (AttributeError, ExpatError, KeyError, TypeError, ValueError) as error:
        raise CosError("MalformedXML", "The body is no AccessControlPolicy.") from error


def acl_xml(acl: Acl) -> str:
    """Return the document of an ACL, the owner's own permission first."""
    grants = [Grant("FULL_CONTROL", OWNER), *acl.grants]
    listed = "".join(_grant_xml(one) for one in dict.fromkeys(grants))
    owner = node("ID", OWNER) + node("DisplayName", OWNER)
    return (
        f"<AccessControlPolicy><Owner>{owner}</Owner>"
        f"<AccessControlList>{listed}</AccessControlList></AccessControlPolicy>"
    )


def _checked(grants: Sequence[Grant]) -> Acl:
    if len(grants) > _MOST_GRANTS:
        raise CosError("InvalidArgument", f"An ACL has at most {_MOST_GRANTS} grants.")
    return Acl(tuple(grants))


def _grantees(name: str, text: str) -> Iterator[str]:
    for part in text.split(","):
        match = _GRANTEE.fullmatch(part)
        if match is None:
            raise CosError("InvalidArgument", f'{name} is written id="…",id="…".')
        yield _group(match[2]) if match[1] == "uri" else _account(match[2])


def _account(text: str) -> str:
    """Return an account's whole id; that of a main account may be its number."""
    if _UIN.fullmatch(text):
        return f"qcs::cam::uin/{text}:uin/{text}"
    if text == _ANYONE:
        return EVERYBODY
    if not _QCS.fullmatch(text):
        raise CosError("InvalidArgument", "A grantee's id is qcs::cam::uin/<uin>:uin/<uin>.")
    return text


def _group(text: str) -> str:
    if text not in (EVERYBODY, AUTHENTICATED):
        raise CosError("InvalidArgument", f"A group is {EVERYBODY} or {AUTHENTICATED}.")
    return text


def _grant(grant: Mapping[str, Any]) -> Grant:
    grantee, permission = grant["Grantee"], grant["Permission"]
    if permission not in _PERMISSIONS:
        raise CosError("InvalidArgument", f"A Permission is one of {', '.join(_PERMISSIONS)}.")
    if "URI" in grantee:
        return Grant(permission, _group(grantee["URI"]))
    return Grant(permission, _account(grantee["ID"]))


def _grant_xml(grant: Grant) -> str:
    if grant.is_group:
        kind, named = "Group", node("URI", grant.grantee)
    else:
        kind = "CanonicalUser"
        named = node("ID", grant.grantee) + node("DisplayName", grant.grantee)
    opening = f'<Grantee xmlns:xsi="{_XSI}" xsi:type="{kind}">'
    return f"<Grant>{opening}{named}</Grantee>{node('Permission', grant.permission)}</Grant>"
