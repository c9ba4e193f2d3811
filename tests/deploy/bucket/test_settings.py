"""A setting of a bucket, from the bytes that COS, or a proxy before it, may send."""

from __future__ import annotations

from typing import cast

import pytest
from qcloud_cos import CosS3Client

import deploy.bucket.settings
from deploy.bucket.settings import read_xml

ACL = b'<?xml version="1.0" encoding="utf-8"?><AccessControlPolicy/>'


@pytest.mark.parametrize("before", [b"", b"\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\r\n "])
def test_what_may_stand_before_a_reply_is_no_part_of_it(
    before: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deploy.bucket.settings, "read_setting", lambda *_: before + ACL)
    found = read_xml(cast("CosS3Client", None), "cards-1250000000", "acl")
    assert found is not None
    assert found.tag == "AccessControlPolicy"
