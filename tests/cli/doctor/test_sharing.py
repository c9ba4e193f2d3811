"""Whom a policy or an ACL lets in, and what is said of it."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from cli.doctor.sharing import judged_grants, judged_statements, statements_in
from cli.doctor.subject import Folder, Reach
from cli.doctor.verdict import Verdict
from shared.errors import StorageFault

BUCKET = "cards-1250000000"
REACH = Reach(BUCKET, [Folder("photos", "uploads/"), Folder("results", "ocr/results/")])
HERE = f"qcs::cos:ap-guangzhou:uid/1250000000:{BUCKET}"
SOMEBODY = {"qcs": ["qcs::cam::uin/100000000002:uin/100000000002"]}
ANYBODY = {"qcs": ["qcs::cam::anyone:anyone"]}


def _judged(**statement: Any) -> Verdict:
    whole = {
        "Principal": ANYBODY,
        "Effect": "allow",
        "Action": ["name/cos:GetObject"],
        "Resource": [f"{HERE}/*"],
        **statement,
    }
    body = json.dumps({"version": "2.0", "Statement": [whole]}).encode()
    return judged_statements(list(statements_in(body)), REACH)


@pytest.mark.parametrize(
    ("statement", "status"),
    [
        ({}, "failed"),
        ({"Principal": "*"}, "failed"),
        ({"Effect": "Deny"}, "failed"),
        ({"Principal": SOMEBODY}, "ok"),
        ({"Principal": SOMEBODY, "Effect": "deny"}, "ok"),
        ({"Condition": {"ip_equal": {"qcs:ip": "192.0.2.0/24"}}}, "ok"),
        ({"Resource": "*"}, "failed"),
        ({"Resource": [f"{HERE}/ocr/res*"]}, "failed"),
        ({"Resource": [f"{HERE}/ocr/results/uploads/a.jpg.1.json"]}, "failed"),
        (
            {"Resource": ["qcs::cos:ap-guangzhou:uid/1250000000:prefix//1250000000/cards/*"]},
            "failed",
        ),
    ],
)
def test_a_statement_is_named_and_fails_if_it_is_about_everybody(
    statement: dict[str, Any], status: str
) -> None:
    verdict = _judged(Sid="open", **statement)
    assert verdict.status == status
    assert verdict.says.startswith("the policy's statement open")
    assert "ocr/results/" in verdict.says


@pytest.mark.parametrize("resource", [f"{HERE}/site/*", f"{HERE.replace('cards', 'other')}/*"])
def test_a_statement_about_other_objects_is_not_named(resource: str) -> None:
    assert _judged(Resource=[resource]) == (
        "ok",
        f"no policy of {BUCKET} is about this deployment",
    )


def test_a_policy_that_is_none_is_a_fault() -> None:
    with pytest.raises(StorageFault, match="UnreadableReply"):
        list(statements_in(b"<html>"))


def _granted(grantee: str, permission: str = "READ") -> Verdict:
    owner = "<Owner><ID>qcs::cam::uin/100000000001:uin/100000000001</ID></Owner>"
    grant = f"<Grant><Grantee>{grantee}</Grantee><Permission>{permission}</Permission></Grant>"
    return judged_grants(
        ET.fromstring(  # noqa: S314 — this test's own
            f"<AccessControlPolicy>{owner}<AccessControlList>{grant}</AccessControlList>"
            "</AccessControlPolicy>"
        ),
        BUCKET,
    )


@pytest.mark.parametrize(
    ("grantee", "status"),
    [
        ("<URI>http://cam.qcloud.com/groups/global/AllUsers</URI>", "failed"),
        ("<URI>http://cam.qcloud.com/groups/global/AuthenticatedUsers</URI>", "failed"),
        ("<ID>qcs::cam::anyone:anyone</ID>", "failed"),
        ("<ID>qcs::cam::uin/100000000002:uin/100000000002</ID>", "ok"),
        ("<ID>qcs::cam::uin/100000000001:uin/100000000001</ID>", "ok"),
    ],
)
def test_an_acl_fails_if_it_is_about_everybody(grantee: str, status: str) -> None:
    assert _granted(grantee).status == status


def test_an_acl_says_whether_others_are_granted_anything() -> None:
    assert _granted("<ID>qcs::cam::uin/100000000002:uin/100000000002</ID>").says == (
        f"the ACL of {BUCKET} grants something to 1 others"
    )
    owner = _granted("<ID>qcs::cam::uin/100000000001:uin/100000000001</ID>", "FULL_CONTROL")
    assert owner.says == f"the ACL of {BUCKET} is private"
    assert judged_grants(None, BUCKET).says == f"the ACL of {BUCKET} is private"
