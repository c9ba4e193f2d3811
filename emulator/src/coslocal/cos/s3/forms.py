"""A browser's form that an S3 client signed (AWS, "Authenticating Requests: HTTP POST")."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Final

from coslocal.cos.s3.signature_v2 import form_signature_v2
from coslocal.cos.s3.signature_v4 import (
    ALGORITHM,
    known_key,
    policy_signature,
    scope_of,
    signing_key,
)
from coslocal.credentials import CredentialStore
from coslocal.signature import Refusal, SignatureRefused

_FREE: Final = frozenset({"awsaccesskeyid", "file", "policy", "signature", "x-amz-signature"})
_IGNORED: Final = "x-ignore-"


def is_s3_form(fields: Mapping[str, str]) -> bool:
    """Tell whether a form, its fields by lower-case name, is signed as S3's are."""
    return "x-amz-signature" in fields or {"awsaccesskeyid", "signature"} <= fields.keys()


def believe_s3_form(fields: Mapping[str, str], credentials: CredentialStore, now: float) -> str:
    """Return the secret id of the key that a form's policy is signed with.

    Raises:
        SignatureRefused: It isn't signed with a known key.
    """
    policy, token = fields.get("policy", ""), fields.get("x-amz-security-token")
    if "x-amz-signature" in fields:
        if fields.get("x-amz-algorithm") != ALGORITHM:
            raise SignatureRefused(Refusal.MALFORMED, f"The signature is none of {ALGORITHM}.")
        secret_id, date, region = scope_of(fields.get("x-amz-credential", ""))
        credential = known_key(credentials, secret_id, token, now)
        key = signing_key(credential.secret_key, date, region)
        expected, given = policy_signature(key, policy), fields["x-amz-signature"]
    else:
        secret_id, given = fields["awsaccesskeyid"], fields["signature"]
        credential = known_key(credentials, secret_id, token, now)
        expected = form_signature_v2(credential.secret_key, policy)
    if not hmac.compare_digest(expected.encode(), given.encode()):
        raise SignatureRefused(
            Refusal.MISMATCH, "The signature calculated here is not the one provided."
        )
    return secret_id


def uncovered(fields: Mapping[str, str], covered: set[str]) -> list[str]:
    """Return the fields of such a form that no condition is about; it may have none of them."""
    given = {"acl" if name == "x-amz-acl" else name for name in fields}
    return sorted(name for name in given - covered - _FREE if not name.startswith(_IGNORED))
