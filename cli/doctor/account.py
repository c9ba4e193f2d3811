"""The account: whose keys these are, what the roles allow, and whether CI serves the bucket."""

from __future__ import annotations

from cli.doctor.subject import Subject
from cli.doctor.verdict import Verdict, failed, ok
from deploy.api.advice import CONSENT, ConsoleRole
from deploy.errors import NoAnswer
from deploy.roles.cam import too_much, unfit
from deploy.roles.wanted import setup_command
from deploy.setup import idle_queue


def credentials(subject: Subject) -> Verdict:
    """Check that the API knows the keys. A local cloud stands in only for COS and CI."""
    try:
        return ok(f"the keys are of account {subject.account}")
    except NoAnswer:
        if subject.settings.local_cloud is None:
            raise
        return failed(
            "the local cloud has no deployment to examine: `card-ocr status` and `card-ocr show` "
            "say what becomes of its cards"
        )


def role(subject: Subject, function: str) -> Verdict:
    """Check that a function's role trusts SCF, and allows what the function needs."""
    wanted = subject.roles[function]
    found = subject.cam.find_role(wanted.name)
    if found is None:
        return failed(f"the role {wanted.name} does not exist: {subject.setup}")
    policies = subject.cam.policies(found)
    setup = setup_command(subject.stage)
    problem = unfit(wanted, found, policies, setup) or too_much(wanted, policies)
    if problem is not None:
        return failed(problem)
    return ok(f"{wanted.name} allows what {function} needs and nothing else")


def console_role(subject: Subject, wanted: ConsoleRole) -> Verdict:
    """Check that a role that Tencent's console makes is there, for the product that made it."""
    found = subject.cam.find_role(wanted.name)
    if found is None:
        return failed(wanted.advice)
    if wanted.service not in str(found.trust):
        return failed(
            f"{wanted.product} can't assume {wanted.name}: delete the role, then open "
            f"{wanted.console} and {CONSENT}"
        )
    return ok(f"{wanted.name} is there for {wanted.product}")


def binding(subject: Subject) -> Verdict:
    """Check that the bucket is bound to CI."""
    status = subject.deployment.ci.binding()
    bucket = subject.settings.input_bucket
    if status == "unbinding":
        return failed(f"CI is unbinding {bucket}: wait until it has, then {subject.setup}")
    if status == "off":
        return failed(f"{bucket} is not bound to CI: {subject.setup}")
    return ok(f"{bucket} is bound to CI")


def recognition(subject: Subject) -> Verdict:
    """Check that AI recognition is enabled for the bucket."""
    if not subject.deployment.ci.recognises():
        return failed(f"AI recognition is not enabled for the bucket: {subject.setup}")
    return ok("AI recognition is enabled")


def queue(subject: Subject) -> Verdict:
    """Check that the queue runs its jobs."""
    idle = idle_queue(subject.deployment.ci.queues(), subject.settings.queue_id)
    if idle is not None:
        return failed(f"the queue {idle.id} is {idle.state}, so no job starts: {subject.setup}")
    return ok("a queue is active")
