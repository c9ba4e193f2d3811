"""What to do about a refusal of the API, by its Code: every refusal ends with a next step.

Codes: SCF's and CAM's lists in the official SDK, and the common ones of every product (583/30771).
"""

from __future__ import annotations

from collections.abc import Mapping

from deploy.api.console_roles import role_missing
from deploy.api.permissions import action_of
from deploy.errors import AGAIN

_KEY = (
    "look at TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY, at TENCENTCLOUD_API_DOMAIN if the "
    "account is of tencentcloud.com, and at this machine's clock"
)
_LATER = f"wait a minute, then {AGAIN}"
_ACCOUNT = "look at the account's balance and SCF's package in the console, then run it again"
_STEPS: Mapping[str, str] = {
    "AuthFailure": _KEY,
    "InternalError": _LATER,
    "RequestLimitExceeded": _LATER,
    "LimitExceeded": "delete what is no longer needed, or ask Tencent for a higher quota",
    "ResourceUnavailable": _ACCOUNT,
    "FailedOperation.InsufficientBalance": _ACCOUNT,
    "FailedOperation.AccountInsufficient": _ACCOUNT,
    "FailedOperation.ServiceClosed": _ACCOUNT,
    "ResourceUnavailable.InsufficientBalance": _ACCOUNT,
    "FailedOperation.UnOpenedService": "open SCF's page in the console once, which activates it",
    "FailedOperation.ReservedExceedTotal": "lower `concurrency` in serverless.yml: the account "
    "must keep 12,800 MB of memory free, or ask Tencent for a higher quota",
    "FailedOperation.ReservedExceedAvailable": "lower `concurrency` in serverless.yml",
    "ResourceNotFound.Role": "run `card-ocr setup`, which makes the role",
    "ResourceNotFound.Cos": "look at INPUT_BUCKET and TENCENTCLOUD_REGION",
    "ResourceNotFound.CMQ": "look at CALLBACK_MQ_NAME and CALLBACK_MQ_REGION",
    "ResourceInUse": f"it is there already: {AGAIN}",
    "ResourceNotFound": f"it is gone: {AGAIN}",
    "scf:UpdateTrigger ResourceNotFound": "delete this trigger on the function's page in SCF's "
    "console, then run the same command again",
    "UnsupportedOperation": "look at this product's page in the console of the region",
}
_ELSE = (
    "look the code up at cloud.tencent.com/api/error-center?product=scf, or hand the RequestId to "
    "Tencent Cloud's support"
)


def next_step(request: str, code: str) -> str:
    """Return what to do about a refusal of service:Action; the most exact row counts."""
    role = role_missing(code)
    if role is not None:
        return role.advice
    if denied(code):
        return f"the API key's owner lacks {action_of(request)}: docs/roles.md has what is needed"
    family = code.partition(".")[0]
    rows = (code, f"{request} {family}", family)
    return next((_STEPS[row] for row in rows if row in _STEPS), _ELSE)


def denied(code: str) -> bool:
    """Whether CAM denied the request; SCF has a Code of the same family for a busy function."""
    if code == "UnauthorizedOperation.FunctionStatus":
        return False
    return code.startswith(("AuthFailure.UnauthorizedOperation", "UnauthorizedOperation"))
