"""Whom the buckets' policies and ACLs let in, and whom they shut out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple
from xml.etree import ElementTree as ET  # COS's own reply; expat refuses entity bombs

from cli.doctor.subject import Folder, Reach, Subject, each_bucket
from cli.doctor.verdict import Verdict, all_of, failed, ok
from deploy.bucket.settings import read_setting, read_xml
from shared.errors import StorageFault

_ANYBODY = re.compile(r"\*|.*anyone:anyone|.*/(AllUsers|AuthenticatedUsers)")
_NAME = re.compile(r"[\w.:/*-]{1,64}", re.ASCII)
_SHOWN_ACTIONS = 3
_OLD_FORM = re.compile(r"prefix//(\d+)/([^/]+)/(.*)")


class PolicyStatement(NamedTuple):
    """A statement of a bucket's policy; `resources` are <bucket>/<key> up to the first wildcard."""

    name: str
    allows: bool
    is_for_anybody: bool
    is_conditional: bool
    actions: Sequence[str]
    resources: Sequence[str]

    def touches(self, bucket: str, folder: Folder) -> bool:
        """Return whether it is about anything in a folder; overlap is by string."""
        path = f"{bucket}/{folder.prefix}"
        return any(one.startswith(path) or path.startswith(one) for one in self.resources)


def policy(subject: Subject) -> Verdict:
    """Check that no bucket's policy lets everybody in, or shuts the functions out."""
    client = subject.deployment.cloud.idempotent

    def look(reach: Reach) -> Verdict:
        body = read_setting(client, reach.bucket, "policy")
        return judged_statements([] if body is None else list(statements_in(body)), reach)

    return each_bucket(subject, "cos:GetBucketPolicy", look)


def statements_in(body: bytes) -> Iterator[PolicyStatement]:
    """Yield the statements of a bucket's policy (436/8276).

    Raises:
        StorageFault: it is not a policy.
    """
    try:
        document = _lower(json.loads(body))
    except ValueError:
        raise StorageFault("GET of the policy", "UnreadableReply") from None
    for number, one in enumerate(_listed(document.get("statement")), start=1):
        statement = _lower(one)
        name = str(statement.get("sid") or "")
        yield PolicyStatement(
            name if _NAME.fullmatch(name) else f"number {number}",
            str(statement.get("effect")).lower() == "allow",
            any(map(_ANYBODY.fullmatch, _principals(statement.get("principal")))),
            bool(statement.get("condition")),
            [str(one).rpartition("cos:")[2] for one in _listed(statement.get("action"))],
            [_resource(str(one)) for one in _listed(statement.get("resource"))] or [""],
        )


def _lower(found: object) -> dict[str, object]:
    """Return an object with names in lower case: COS shows both spellings."""
    return (
        {str(name).lower(): one for name, one in found.items()} if isinstance(found, dict) else {}
    )


def _listed(found: object) -> Sequence[object]:
    if found is None:
        return ()
    return found if isinstance(found, list) else [found]


def _principals(found: object) -> Iterator[str]:
    values = found.values() if isinstance(found, Mapping) else [found]
    for value in values:
        yield from map(str, _listed(value))


def _resource(name: str) -> str:
    """Return what the names of a resource's objects begin with, <bucket>/<key>."""
    path = name.rpartition(":")[2]
    if (old := _OLD_FORM.fullmatch(path)) is not None:
        path = f"{old[2]}-{old[1]}/{old[3]}"
    return re.split(r"[*?]", path, maxsplit=1)[0]


def judged_statements(statements: Sequence[PolicyStatement], reach: Reach) -> Verdict:
    """Return what the statements of a bucket's policy say of its folders, each with its name."""
    verdicts = []
    for statement in statements:
        folders = [one.prefix for one in reach.folders if statement.touches(reach.bucket, one)]
        if folders:
            verdicts.append(_judged(statement, folders))
    return all_of(verdicts or [ok(f"no policy of {reach.bucket} is about this deployment")])


def _judged(statement: PolicyStatement, folders: Sequence[str]) -> Verdict:
    verb = "allows" if statement.allows else "denies"
    who = "everybody" if statement.is_for_anybody else "some users"
    condition = " on a condition" if statement.is_conditional else ""
    shown = [one for one in statement.actions if _NAME.fullmatch(one)][:_SHOWN_ACTIONS]
    more = ", …" if len(shown) < len(statement.actions) else ""
    says = (
        f"the policy's statement {statement.name} {verb} {who} {', '.join(shown)}{more} on "
        f"{', '.join(folders)}{condition}"
    )
    if not statement.is_for_anybody or statement.is_conditional:
        return ok(says)
    if statement.allows:
        return failed(f"{says}: take it out, for these are people's cards")
    return failed(f"{says}: take it out, for the functions are among them")


def acl(subject: Subject) -> Verdict:
    """Check that no bucket's ACL lets everybody in."""
    client = subject.deployment.cloud.idempotent

    def look(reach: Reach) -> Verdict:
        found = read_xml(client, reach.bucket, "acl")
        return judged_grants(found, reach.bucket)

    return each_bucket(subject, "cos:GetBucketACL", look)


def judged_grants(found: ET.Element | None, bucket: str) -> Verdict:
    """Return whom an AccessControlPolicy (436/7733) grants anything, besides the owner."""
    owner = None if found is None else found.findtext("{*}Owner/{*}ID")
    open_to_all, others = [], 0
    for grant in () if found is None else found.iterfind(".//{*}Grant"):
        grantee = grant.findtext("{*}Grantee/{*}URI") or grant.findtext("{*}Grantee/{*}ID") or ""
        if _ANYBODY.fullmatch(grantee):
            open_to_all.append(grant.findtext("{*}Permission") or "")
        elif grantee != owner:
            others += 1
    if open_to_all:
        return failed(
            f"the ACL of {bucket} grants everybody {', '.join(open_to_all)}: make it private, for "
            "these are people's cards"
        )
    if others:
        return ok(f"the ACL of {bucket} grants something to {others} others")
    return ok(f"the ACL of {bucket} is private")
