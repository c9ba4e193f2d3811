"""What an operator can do about a fault of the cloud, by its Code."""

from __future__ import annotations

from shared.errors import CloudFault

_KEYS = "check TENCENTCLOUD_SECRET_ID, TENCENTCLOUD_SECRET_KEY and TENCENTCLOUD_TOKEN"
_NETWORK = "check the network, a proxy's settings and TENCENTCLOUD_REGION, and try again"
_PERMISSION = "this API key has no permission for it"

_ADVICE = {
    "NoSuchBucket": "check INPUT_BUCKET, OUTPUT_BUCKET and TENCENTCLOUD_REGION",
    "InvalidAccessKeyId": _KEYS,
    "SignatureDoesNotMatch": _KEYS,
    "ExpiredToken": _KEYS,
    "SecretidNotExist": _KEYS,
    "InvalidAuthorization": _KEYS,
    "AccessDenied": _PERMISSION,
    "RequestTimeTooSkewed": "set this machine's clock",
    "SignatureExpired": "set this machine's clock",
    "NoConnection": _NETWORK,
    "NoReply": _NETWORK,
    "UnreadableReply": _NETWORK,
}

CONCERN_ALL = frozenset(_ADVICE.keys() - {"AccessDenied"}) | {
    "UnreadableCode",
    "UnreadableETag",
    "UnreadableSize",
    "InternalError",
    "ServiceUnavailable",
    "SlowDown",
    "RequestTimeout",
}
"""Codes of the keys, the bucket or the network: any other can be a refusal of one object."""


def advised(fault: CloudFault) -> str:
    """Write the fault in one sentence, with what to do about it if that is known."""
    advice = _ADVICE.get(fault.code)
    return f"{fault}; {advice}" if advice else str(fault)
