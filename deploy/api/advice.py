"""What to do about a refusal of the API, by its Code. Every refusal's text ends with a next step.

Some refusals mean that a role is absent which only a console of Tencent's makes, when the owner
consents to it on first use. docs/deploy.md, `card-ocr setup` and `doctor`, `sls deploy` and the
error texts all use this table.

Codes: SCF's and CAM's lists in the official SDK, and the Codes that all products share (583/30771).
Roles: 583/32389 and 583/31444 (SCF); the COS SDK's page on CI (CI_QCSRole).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from deploy.api.permissions import action_of
from deploy.errors import AGAIN

CONSENT = "agree to the authorisation that it asks for (前往访问管理, then 同意授权)"

INTERNATIONAL = "console.tencentcloud.com for an account of tencentcloud.com"


class ConsoleRole(NamedTuple):
    """A role that `product` has made for `service`. `codes` are the refusals if it is absent."""

    name: str
    product: str
    service: str
    policy: str
    needed_for: str
    console: str
    codes: tuple[str, ...]

    @property
    def advice(self) -> str:
        """Say what to do if the role is absent."""
        return (
            f"the role {self.name} does not exist in this account, and {self.needed_for}: open "
            f"{self.console} ({INTERNATIONAL}) as the account's owner and {CONSENT}; then run the "
            "same command again"
        )


SCF_ROLE = ConsoleRole(
    name="SCF_QcsRole",
    product="Serverless Cloud Function (SCF)",
    service="scf.qcloud.com",
    policy="QcloudAccessForScfRole",
    needed_for="SCF needs it to write the COS trigger into the bucket and to deliver logs",
    console="https://console.cloud.tencent.com/scf",
    codes=("FailedOperation.QcsRoleNotFound",),
)
CI_ROLE = ConsoleRole(
    name="CI_QCSRole",
    product="Cloud Infinite (CI)",
    service="ci.qcloud.com",
    policy="QcloudAccessForCIRole",
    needed_for="CI needs it to read the photos",
    console="https://console.cloud.tencent.com/ci",
    codes=("CIRoleNotExist",),
)

CONSOLE_ROLES = (SCF_ROLE, CI_ROLE)


def role_missing(code: str) -> ConsoleRole | None:
    """Return the role that is absent, by a refusal's Code. Return None if no role is the reason."""
    return next((role for role in CONSOLE_ROLES if code in role.codes), None)


_KEY = (
    "look at TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY, at TENCENTCLOUD_API_DOMAIN if the "
    "account is of tencentcloud.com, and at this machine's clock"
)
_LATER = f"wait a minute, then {AGAIN}"
_THERE = f"it is there already: {AGAIN}"
_ELSE = (
    "look the code up at cloud.tencent.com/api/error-center?product={product}, or hand the "
    "RequestId to Tencent Cloud's support"
)
_ACCOUNT = "look at the account's balance and SCF's package in the console, then run it again"
_STEPS: Mapping[str, str] = {
    "AuthFailure": _KEY,
    "FailedOperation.AccountInsufficient": _ACCOUNT,
    "FailedOperation.InsufficientBalance": _ACCOUNT,
    "FailedOperation.PolicyNameInUse": _THERE,
    "FailedOperation.ReservedExceedTotal": "lower `concurrency` in serverless.yml: the account "
    "must keep 12,800 MB of memory free, or ask Tencent for a higher quota",
    "FailedOperation.ServiceClosed": _ACCOUNT,
    "FailedOperation.UnOpenedService": "open SCF's page in the console once, which activates it",
    "InternalError": _LATER,
    "InvalidParameter.RoleNameInUse": _THERE,
    "LimitExceeded": "delete what is no longer needed, or ask Tencent for a higher quota",
    "RequestLimitExceeded": _LATER,
    "ResourceInUse": _THERE,
    "ResourceNotFound": f"it is gone: {AGAIN}",
    "ResourceNotFound.Cmq": "look at CALLBACK_MQ_NAME and CALLBACK_MQ_REGION",
    "ResourceNotFound.Cos": "look at INPUT_BUCKET and TENCENTCLOUD_REGION",
    "ResourceNotFound.Role": "run `card-ocr setup`, with --stage if you deploy with it: it makes "
    "the role",
    "ResourceUnavailable": _ACCOUNT,
    "UnauthorizedOperation.Region": "look at TENCENTCLOUD_REGION",
    "UnauthorizedOperation.Role": f"look at the role {SCF_ROLE.name}: it needs the policy "
    f"{SCF_ROLE.policy}",
    "UnsupportedOperation": "look at this product's page in the console of the region",
    "scf:UpdateTrigger ResourceNotFound": "delete this trigger on the function's page in SCF's "
    "console, then run the same command again",
}
"""A key is a Code; or a request and the Code's first part; or only the Code's first part."""
_PASSES_A_ROLE = {"scf:CreateFunction", "scf:UpdateFunctionConfiguration"}


def next_step(request: str, code: str) -> str:
    """Return what to do about a refusal of `request`, a service:Action. The most exact key wins."""
    role = role_missing(code)
    if role is not None:
        return role.advice
    if denied(code):
        lacks = action_of(request)
        lacks += ", or cam:PassRole on its role" if request in _PASSES_A_ROLE else ""
        return f"the API key's owner lacks {lacks}: docs/roles.md lists what the key needs"
    family = code.partition(".")[0]
    rows = (code, f"{request} {family}", family)
    product = request.partition(":")[0]
    return next((_STEPS[row] for row in rows if row in _STEPS), _ELSE.format(product=product))


def denied(code: str) -> bool:
    """Return whether CAM denied the request. Some Codes of that family mean something else."""
    family, _, end = code.partition(".")
    if family == "AuthFailure":
        return end == "UnauthorizedOperation"
    return family == "UnauthorizedOperation" and end not in {"FunctionStatus", "Region", "Role"}
