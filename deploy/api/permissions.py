"""What CAM must allow for each request: the action's name, its level, and the page that says so.

CAM's name is not always the API's: `Invoke` needs scf:InvokeFunction. A policy can allow an action
of operation level only on the resource `*` (598/70005). If the level is unknown, `*` works in both
cases. docs/roles.md, the error texts and the tests use this table. A request without a row fails a
test.

Pages: 583/47932 and 598/57149 have SCF's actions with their resources, 598/70005 (2025-12) its
write actions; 598/69872 says that CAM's are of operation level; 436/31923 COS; 598/98114 CI, and
each page of CI names its action. Two pages disagree on InvokeFunction; this table follows the
narrower one.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Level = Literal["resource", "operation", "unknown"]
Command = Literal["setup", "deploy", "look", "doctor", "alarms"]
"""`setup`, `doctor` and `alarms` are card-ocr's. deploy: sls deploy, info, remove. look: sls
invoke, logs, and card-ocr logs."""


class Permission(NamedTuple):
    """A row. `request` is service:Action of the API; for COS and CI it is CAM's name."""

    request: str
    action: str
    level: Level
    page: str
    commands: frozenset[Command]


def _row(request: str, level: Level, page: str, commands: str, action: str = "") -> Permission:
    return Permission(request, action or request, level, page, frozenset(commands.split()))  # type: ignore[arg-type]  # each is a Command, held by a test


PERMISSIONS = (
    _row("sts:GetCallerIdentity", "unknown", "1150/49453", "setup deploy doctor alarms"),
    _row("cam:GetRole", "operation", "598/69872", "setup deploy doctor"),
    _row("cam:ListAttachedRolePolicies", "operation", "598/69872", "setup deploy doctor"),
    _row("cam:GetPolicy", "operation", "598/69872", "setup deploy doctor"),
    _row("cam:ListPolicies", "operation", "598/69872", "setup"),
    _row("cam:CreateRole", "operation", "598/57054", "setup"),
    _row("cam:UpdateAssumeRolePolicy", "operation", "598/69872", "setup"),
    _row("cam:AttachRolePolicy", "operation", "598/57054", "setup"),
    _row("cam:CreatePolicy", "operation", "598/57054", "setup"),
    _row("cam:UpdatePolicy", "operation", "598/69872", "setup"),
    _row("scf:ListFunctions", "operation", "583/47932", "deploy"),
    _row("scf:GetFunction", "resource", "583/47932", "deploy doctor look alarms"),
    _row("scf:ListTriggers", "unknown", "598/70005", "deploy doctor"),
    _row("scf:GetFunctionEventInvokeConfig", "unknown", "598/70005", "deploy doctor"),
    _row("scf:GetReservedConcurrencyConfig", "unknown", "598/70005", "deploy doctor"),
    _row("scf:CreateFunction", "resource", "583/47932", "deploy"),
    _row("scf:UpdateFunctionCode", "unknown", "598/70005", "deploy"),
    _row("scf:UpdateFunctionConfiguration", "unknown", "598/70005", "deploy"),
    _row("scf:UpdateFunctionEventInvokeConfig", "unknown", "598/70005", "deploy"),
    _row("scf:DeleteFunction", "resource", "583/47932", "deploy"),
    _row("scf:PutReservedConcurrencyConfig", "unknown", "598/70005", "deploy"),
    _row("scf:DeleteReservedConcurrencyConfig", "resource", "598/57149", "deploy"),
    _row("scf:CreateTrigger", "operation", "598/70005", "deploy"),
    _row("scf:UpdateTrigger", "unknown", "598/70005", "deploy"),
    _row("scf:DeleteTrigger", "resource", "583/47932", "deploy"),
    _row("scf:Invoke", "operation", "598/57149", "look doctor", action="scf:InvokeFunction"),
    _row("cls:SearchLog", "unknown", "598/98119", "look"),
    _row("cls:DescribeAlarms", "unknown", "598/98119", "alarms"),
    _row("cls:CreateAlarm", "unknown", "598/98119", "alarms"),
    _row("cls:DeleteAlarm", "unknown", "598/98119", "alarms"),
    _row("cls:DescribeAlarmNotices", "unknown", "598/98119", "alarms"),
    _row("cls:CreateAlarmNotice", "unknown", "598/98119", "alarms"),
    _row("cls:DeleteAlarmNotice", "unknown", "598/98119", "alarms"),
    _row("cos:HeadBucket", "resource", "436/31923", "deploy doctor"),
    _row("cos:GetBucket", "resource", "436/31923", "deploy doctor"),
    _row("cos:GetBucketVersioning", "resource", "436/31923", "doctor"),
    _row("cos:GetBucketLifecycle", "resource", "436/31923", "doctor"),
    _row("cos:GetBucketObjectLock", "resource", "598/57092", "deploy doctor"),
    _row("cos:GetBucketPolicy", "resource", "436/31923", "doctor"),
    _row("cos:GetBucketACL", "resource", "436/31923", "doctor"),
    _row("cos:HeadObject", "resource", "436/31923", "deploy"),
    _row("cos:GetObject", "resource", "436/31923", "deploy doctor"),
    _row("cos:PutObject", "resource", "436/31923", "deploy doctor"),
    _row("cos:DeleteObject", "resource", "436/31923", "doctor"),
    _row("ci:DescribeCIBuckets", "resource", "460/97481", "setup doctor"),
    _row("ci:CreateCIBucket", "resource", "460/41741", "setup"),
    _row("ci:DescribeAiProcessBucket", "unknown", "460/79594", "setup doctor"),
    _row("ci:CreateAiProcessBucket", "unknown", "1045/72920", "setup"),
    _row("ci:DescribeAiProcessQueues", "unknown", "1045/72923", "setup doctor"),
    _row("ci:UpdateAiProcessQueue", "unknown", "1045/72924", "setup"),
)

_ACTIONS = {row.request: row.action for row in PERMISSIONS}


def action_of(request: str) -> str:
    """Return the action that CAM must allow for a request, such as scf:Invoke."""
    return _ACTIONS.get(request, request)


def needed_by(command: Command) -> tuple[Permission, ...]:
    """Return what CAM must allow the API key that runs a command."""
    return tuple(row for row in PERMISSIONS if command in row.commands)
