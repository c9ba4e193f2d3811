"""The roles that Tencent's consoles make, each by a consent on the first use of its product.

The prerequisites in docs/deploy.md, `card-ocr setup` and `doctor`, `sls deploy` and the error texts
are made from this table. Pages: 583/32389 and 583/31444 (SCF), the COS SDK's on CI (CI_QCSRole).
"""

from __future__ import annotations

from typing import NamedTuple

CONSENT = "agree to the authorisation that it asks for (前往访问管理, then 同意授权)"

INTERNATIONAL = "console.tencentcloud.com for an account of tencentcloud.com"


class ConsoleRole(NamedTuple):
    """A role. `product` trusts it to `service`; `codes` are the refusals that mean it is absent."""

    name: str
    product: str
    service: str
    policy: str
    needed_for: str
    console: str
    codes: tuple[str, ...]

    @property
    def advice(self) -> str:
        """What to do if it isn't there."""
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
    """Return the role whose absence a refusal's Code means, None if it means something else."""
    return next((role for role in CONSOLE_ROLES if code in role.codes), None)
