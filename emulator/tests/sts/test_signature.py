"""The example of the page on signatures of version 3; its keys are the page's own."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest

from coslocal.credentials import Credential, CredentialStore
from coslocal.sts.signature import StsError, StsRequest, believe

KEY: Final = Credential("AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE", "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE")
NOW: Final = 1551113065.0
BODY: Final = (
    rb'{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}'
)
EXAMPLE: Final = StsRequest(
    "POST",
    "",
    {
        "host": "cvm.tencentcloudapi.com",
        "content-type": "application/json; charset=utf-8",
        "x-tc-timestamp": "1551113065",
        "authorization": (
            f"TC3-HMAC-SHA256 Credential={KEY.secret_id}/2019-02-25/cvm/tc3_request, "
            "SignedHeaders=content-type;host, Signature="
            "72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168"
        ),
    },
    BODY,
    {},
)


def test_the_example_of_the_page_is_believed() -> None:
    assert believe(EXAMPLE, CredentialStore(KEY), NOW) == KEY.secret_id


@pytest.mark.parametrize(
    ("request_", "now", "code"),
    [
        (replace(EXAMPLE, body=b"{}"), NOW, "AuthFailure.SignatureFailure"),
        (replace(EXAMPLE, query="a=1"), NOW, "AuthFailure.SignatureFailure"),
        (EXAMPLE, NOW + 301, "AuthFailure.SignatureExpire"),
        (replace(EXAMPLE, headers={}), NOW, "MissingParameter"),
        (
            replace(EXAMPLE, headers={**EXAMPLE.headers, "authorization": "TC3"}),
            NOW,
            "AuthFailure.InvalidAuthorization",
        ),
        (
            replace(EXAMPLE, headers={**EXAMPLE.headers, "x-tc-token": "a-token"}),
            NOW,
            "AuthFailure.TokenFailure",
        ),
    ],
)
def test_what_is_not_signed_so_is_refused(request_: StsRequest, now: float, code: str) -> None:
    with pytest.raises(StsError, match=code):
        believe(request_, CredentialStore(KEY), now)
