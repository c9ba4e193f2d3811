"""CI: bound to the bucket, recognising, and with a queue that runs."""

from __future__ import annotations

from cli.doctor.subject import Subject
from cli.doctor.verdict import Verdict, failed, ok
from deploy.setup.changes import idle_queue


def binding(subject: Subject) -> Verdict:
    """Whether the bucket is bound to CI."""
    status = subject.deployment.ci.binding()
    bucket = subject.settings.input_bucket
    if status == "unbinding":
        return failed(f"CI is unbinding {bucket}: wait until it has, then {subject.setup}")
    if status == "off":
        return failed(f"{bucket} is not bound to CI: {subject.setup}")
    return ok(f"{bucket} is bound to CI")


def recognition(subject: Subject) -> Verdict:
    """Whether AI recognition is enabled for the bucket."""
    if not subject.deployment.ci.recognises():
        return failed(f"AI recognition is not enabled for the bucket: {subject.setup}")
    return ok("AI recognition is enabled")


def queue(subject: Subject) -> Verdict:
    """Whether the queue runs its jobs."""
    idle = idle_queue(subject.deployment.ci.queues(), subject.settings.queue_id)
    if idle is not None:
        return failed(f"the queue {idle.id} is {idle.state}, so no job starts: {subject.setup}")
    return ok("a queue is active")
