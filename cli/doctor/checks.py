"""Every check, in their order: a check comes before those that depend on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from cli.doctor import account, bucket, functions, life, lifecycle, sharing
from cli.doctor.subject import Subject
from cli.doctor.verdict import Finding, Verdict, judged, ok, unchecked
from deploy.api.advice import CONSOLE_ROLES, ConsoleRole
from deploy.configuration.service import FUNCTIONS

Check = tuple[str, Callable[[Subject], Verdict]]


def _of_each(name: str, examine: Callable[[Subject, str], Verdict]) -> Iterator[Check]:
    for key in FUNCTIONS:
        yield f"{name} of {key}", partial(_for, examine, key)


def _for(examine: Callable[[Subject, str], Verdict], key: str, subject: Subject) -> Verdict:
    return examine(subject, key)


def _of_console(role: ConsoleRole) -> Callable[[Subject], Verdict]:
    return lambda subject: account.console_role(subject, role)


def _deployed(examine: Callable[..., Verdict]) -> Callable[..., Verdict]:
    """Return a check that is skipped unless serverless.yml can be read."""

    def guarded(subject: Subject, *key: str) -> Verdict:
        if subject.service is None:
            return unchecked("serverless.yml can't be read here: run `npm ci`, then this again")
        if not subject.service.functions.keys() >= set(key):
            return ok(f"serverless.yml has no {key[0]}")
        return examine(subject, *key)

    return guarded


CHECKS: Sequence[Check] = (
    ("credentials", account.credentials),
    ("input bucket", bucket.input_bucket),
    ("output bucket", bucket.output_bucket),
    ("clock", bucket.clock),
    ("versioning", bucket.versioning),
    ("retention", bucket.retention),
    ("create-once", bucket.create_once),
    ("lifecycle", lifecycle.lifecycle),
    ("policy", sharing.policy),
    ("ACL", sharing.acl),
    *_of_each("role", account.role),
    *((f"role {role.name}", _of_console(role)) for role in CONSOLE_ROLES),
    ("CI", account.binding),
    ("recognition", account.recognition),
    ("queue", account.queue),
    *_of_each("function", _deployed(functions.function)),
    *_of_each("environment", _deployed(functions.environment)),
    *_of_each("triggers", _deployed(functions.triggers)),
    ("Function URL", _deployed(functions.function_url)),
    ("absence of submit", _deployed(functions.absence)),
    ("heartbeat", life.heartbeat),
    ("sending", life.sending),
)


def examined(subject: Subject) -> Iterator[Finding]:
    """Yield the findings one by one. If the keys are refused, nothing else is asked."""
    for name, examine in CHECKS:
        finding = judged(name, partial(examine, subject))
        yield finding
        if name == "credentials" and finding.status == "failed":
            return
