"""An account in which `card-ocr setup` has made the roles."""

from __future__ import annotations

from deploy.roles.cam import attachment, policy_creation, role_creation
from deploy.roles.grants import Scope
from deploy.roles.wanted import role_names, wanted_roles
from tests.support.environment import BUCKET, REGION
from tests.support.tencent_api import cam
from tests.support.tencent_api.state import Account, Caller


def set_up_roles(account: Account, stage: str = "prod", **environment: str) -> None:
    """Make the roles of a stage anew, for a deployment with these variables."""
    scope = Scope(
        region=REGION,
        account=account.uin,
        input_bucket=BUCKET,
        input_prefix=environment.get("INPUT_PREFIX", "uploads/"),
        output_bucket=environment.get("OUTPUT_BUCKET", BUCKET),
        output_prefix=environment.get("OUTPUT_PREFIX", "ocr/"),
    )
    caller = Caller("", None)
    for role in wanted_roles(scope, role_names(None, stage)):
        account.roles.pop(role.name, None)
        for number, policy in list(account.policies.items()):
            if policy["PolicyName"] == role.name:
                del account.policies[number]
        for action, body in (role_creation(role), policy_creation(role), attachment(role)):
            cam.ACTIONS[action](account, caller, body)
