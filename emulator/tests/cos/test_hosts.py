from __future__ import annotations

import pytest

from coslocal.cos.hosts import Address, parse_host
from tests.cos.sdk import BUCKET, REGION


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("{}.cos.ap-guangzhou.myqcloud.com", Address(BUCKET, REGION)),
        ("{}.cos.ap-guangzhou.myqcloud.com:80", Address(BUCKET, REGION)),
        ("{}.cos.ap-guangzhou.tencentcos.cn", Address(BUCKET, REGION)),
        ("{}.cos-internal.ap-guangzhou.tencentcos.cn", Address(BUCKET, REGION)),
        ("{}.cos.accelerate.myqcloud.com", Address(BUCKET, None)),
        ("cos.ap-guangzhou.tencentcos.cn", Address(None, REGION)),
        ("service.cos.tencentcos.cn", Address(None, None)),
        ("{}.cos-website.ap-guangzhou.myqcloud.com", None),
        ("{}.cos.ap-guangzhou.example.com", None),
        ("examples.cos.ap-guangzhou.myqcloud.com", None),
    ],
)
def test_a_host_names_its_bucket_and_region(host: str, address: Address | None) -> None:
    assert parse_host(host.format(BUCKET)) == address
