from __future__ import annotations

import base64
import time

import pytest

from coslocal.credentials import Credential, CredentialStore
from coslocal.signature import Refusal, SignatureRefused, form_signature, verify_form
from tests.cos.form import signed

PERMANENT = Credential("AKIDpermanent", "permanent-secret")
TEMPORARY = Credential("AKIDtemporary", "temporary-secret", "temporary-token")
CREDENTIALS = CredentialStore(PERMANENT, TEMPORARY)
DOCUMENTED = """\
{
    "expiration": "2019-08-30T09:38:12.414Z",
    "conditions": [
        { "acl": "default" },
        { "bucket": "examplebucket-1250000000" },
        [ "starts-with", "$key", "folder/subfolder/" ],
        [ "starts-with", "$Content-Type", "image/" ],
        [ "starts-with", "$success_action_redirect", "https://my.website/" ],
        [ "eq", "$x-cos-server-side-encryption", "AES256" ],
        { "q-sign-algorithm": "sha1" },
        { "q-ak": "AKIDQjz3ltompVjBni5LitkWHFlFpwkn9U5q" },
        { "q-sign-time": "1567150692;1567157892" }
    ]
}"""


def test_the_signature_of_the_documented_policy_comes_out_of_its_sign_key() -> None:
    sign_key = "39acc8c9f34ba5b19bce4e965b370cd3f62d2fba"
    signature = "7758dc9a832e9d301dca704cacbf9d9f8172fdef"
    assert form_signature(sign_key, DOCUMENTED.encode()) == signature


@pytest.mark.parametrize("credential", [PERMANENT, TEMPORARY])
def test_a_form_is_believed_whose_policy_is_signed(credential: Credential) -> None:
    fields = signed(credential, {"key": "a"})
    assert verify_form(fields, CREDENTIALS, time.time()) == credential.secret_id


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"q-signature": None}, Refusal.UNSIGNED),
        ({"policy": None}, Refusal.MALFORMED),
        ({"policy": "卡"}, Refusal.MALFORMED),
        ({"q-sign-algorithm": "md5"}, Refusal.MALFORMED),
        ({"q-key-time": "now"}, Refusal.MALFORMED),
        ({"q-ak": "AKIDunknown"}, Refusal.UNKNOWN_KEY),
        ({"q-key-time": "1567150692;1567157892"}, Refusal.EXPIRED),
        ({"x-cos-security-token": "other"}, Refusal.WRONG_TOKEN),
        ({"policy": base64.b64encode(b"{}").decode()}, Refusal.MISMATCH),
        ({"q-signature": "卡"}, Refusal.MISMATCH),
    ],
)
def test_a_form_is_refused_whose_signature_is_not_its_policy_s(
    change: dict[str, str | None], kind: Refusal
) -> None:
    changed = {**signed(TEMPORARY, {"key": "a"}), **change}
    fields = {name: value for name, value in changed.items() if value is not None}
    with pytest.raises(SignatureRefused) as refused:
        verify_form(fields, CREDENTIALS, time.time())
    assert refused.value.kind is kind
