"""The account: whose keys these are, and what the roles allow."""

from __future__ import annotations

from cli.doctor.subject import Subject
from cli.doctor.verdict import Verdict, failed, ok
from deploy.errors import NoAnswer
from deploy.roles.judgement import too_much, unfit
from deploy.roles.scope import CI_ROLE

_CI_SERVICE = "ci.qcloud.com"


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


def ci_role(subject: Subject) -> Verdict:
    """Whether CI has the role in which it reads photographs."""
    found = subject.cam.find_role(CI_ROLE)
    if found is None:
        return failed(
            f"the role {CI_ROLE} does not exist, so CI can't read a photograph: open the console "
            "of Cloud Infinite and grant the authorisation that it asks for"
        )
    if _CI_SERVICE not in str(found.trust):
        return failed(f"{CI_ROLE} isn't CI's to take on: grant it anew in Cloud Infinite's console")
    return ok(f"{CI_ROLE} is there for CI")
