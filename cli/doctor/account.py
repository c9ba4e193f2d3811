"""The account: whose keys these are, and what the roles allow."""

from __future__ import annotations

from cli.doctor.subject import Subject
from cli.doctor.verdict import Verdict, failed, ok
from deploy.api.console_roles import CONSENT, ConsoleRole
from deploy.errors import NoAnswer
from deploy.roles.judgement import too_much, unfit


def credentials(subject: Subject) -> Verdict:
    """Whether the API knows the keys. The local cloud stands in for COS and CI alone."""
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
    """Whether a function's role is SCF's, and allows what the function needs."""
    wanted = subject.roles[function]
    found = subject.cam.find_role(wanted.name)
    if found is None:
        return failed(f"the role {wanted.name} does not exist: {subject.setup}")
    policies = subject.cam.policies(found)
    problem = unfit(wanted, found, policies, subject.setup) or too_much(wanted, policies)
    if problem is not None:
        return failed(problem)
    return ok(f"{wanted.name} allows what {function} needs and nothing else")


def console_role(subject: Subject, wanted: ConsoleRole) -> Verdict:
    """Whether a role that Tencent's console makes is there, for the product that made it."""
    found = subject.cam.find_role(wanted.name)
    if found is None:
        return failed(wanted.advice)
    if wanted.service not in str(found.trust):
        return failed(
            f"{wanted.name} isn't for {wanted.product} to take on: delete the role, then open "
            f"{wanted.console} and {CONSENT}"
        )
    return ok(f"{wanted.name} is there for {wanted.product}")
