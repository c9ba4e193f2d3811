"""STS: who somebody is, and taking on a role that trusts them (598/36252)."""

from __future__ import annotations

import json
from typing import Any

from tests.support.tencent_api.errors import ApiError
from tests.support.tencent_api.state import Account, Caller


def get_caller_identity(account: Account, caller: Caller, _body: dict[str, Any]) -> dict[str, Any]:
    """Whose keys these are."""
    return {
        "Arn": f"qcs::cam::uin/{account.uin}:uin/{account.uin}",
        "AccountId": account.uin,
        "UserId": account.uin,
        "PrincipalId": account.uin,
        "Type": "RootUser" if caller.token is None else "CAMRole",
    }


def assume_role(account: Account, _caller: Caller, body: dict[str, Any]) -> dict[str, Any]:
    """Temporary keys of a role, for whoever its trust policy names: here, the account itself."""
    name = body["RoleArn"].rpartition("/")[2]
    role = account.roles.get(name)
    trusted = role is not None and f"uin/{account.uin}:" in _principals(role.document)
    if not trusted:
        raise ApiError("AuthFailure.UnauthorizedOperation", f"The role {name} can't be taken on.")
    credential = account.new_credential(name)
    return {
        "Credentials": {
            "TmpSecretId": credential.secret_id,
            "TmpSecretKey": credential.secret_key,
            "Token": credential.token,
        },
        "ExpiredTime": 0,
        "Expiration": "",
    }


def _principals(role: dict[str, Any]) -> str:
    statements = json.loads(role["PolicyDocument"])["statement"]
    return json.dumps([statement.get("principal") for statement in statements])


ACTIONS = {"AssumeRole": assume_role, "GetCallerIdentity": get_caller_identity}
