"""What the keys of whoever deploys or operates must be allowed; tests hold it against the calls."""

from __future__ import annotations

SETUP = (
    *("sts:GetCallerIdentity", "cam:GetRole", "cam:ListAttachedRolePolicies"),
    *("cam:ListPolicies", "cam:GetPolicy"),
    *("cam:CreateRole", "cam:UpdateAssumeRolePolicy", "cam:AttachRolePolicy"),
    *("cam:CreatePolicy", "cam:UpdatePolicy"),
    *("ci:DescribeCIBuckets", "ci:CreateCIBucket"),
    *("ci:DescribeAiProcessBucket", "ci:CreateAiProcessBucket"),
    *("ci:DescribeAiProcessQueues", "ci:UpdateAiProcessQueue"),
)
"""Of `card-ocr setup`; with `--dry-run` those that look."""

DOCTOR = (
    *("sts:GetCallerIdentity", "sts:AssumeRole"),
    *("cam:GetRole", "cam:ListAttachedRolePolicies", "cam:GetPolicy"),
    *("cos:HeadBucket", "cos:GetBucketVersioning", "cos:GetBucket"),
    *("cos:GetObject", "cos:PutObject", "cos:DeleteObject"),
    *("ci:DescribeCIBuckets", "ci:DescribeAiProcessBucket", "ci:DescribeAiProcessQueues"),
    *("scf:GetFunction", "scf:GetFunctionEventInvokeConfig", "scf:GetReservedConcurrencyConfig"),
    *("scf:ListTriggers", "scf:Invoke"),
)
"""Of `card-ocr doctor`; what is missing makes a check that can't be made, not one that fails."""

DEPLOY = (
    *("sts:GetCallerIdentity", "cam:GetRole", "cam:ListAttachedRolePolicies", "cam:GetPolicy"),
    *("scf:ListFunctions", "scf:GetFunction", "scf:ListTriggers"),
    *("scf:GetFunctionEventInvokeConfig", "scf:GetReservedConcurrencyConfig"),
    *("scf:CreateFunction", "scf:UpdateFunctionCode", "scf:UpdateFunctionConfiguration"),
    *("scf:UpdateFunctionEventInvokeConfig", "scf:DeleteFunction"),
    *("scf:PutReservedConcurrencyConfig", "scf:DeleteReservedConcurrencyConfig"),
    *("scf:CreateTrigger", "scf:UpdateTrigger", "scf:DeleteTrigger"),
    *("cos:HeadBucket", "cos:HeadObject", "cos:PutObject", "cos:GetObject", "cos:GetBucket"),
)
"""Of `sls deploy`, `deploy function`, `info` and `remove`; besides, `cam:PassRole` on the roles."""

LOOK = ("scf:Invoke", "cls:SearchLog")
"""Of `sls invoke` and `sls logs`, beside what finds the function."""
