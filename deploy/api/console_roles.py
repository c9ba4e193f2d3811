"""The roles that Tencent's consoles make, each when the owner consents to it on first use.

docs/deploy.md, `card-ocr setup` and `doctor`, `sls deploy` and the error texts all use this table.
Pages: 583/32389 and 583/31444 (SCF); the COS SDK's page on CI (CI_QCSRole).
"""

from __future__ import annotations

from typing import NamedTuple

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
