"""STS: who somebody is (598/36252)."""

from __future__ import annotations

from typing import Any

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


ACTIONS = {"GetCallerIdentity": get_caller_identity}
