"""CI as the simulation has it: takes jobs, reads by key when a job runs, lists with a lag.

A job reads whatever lies at its key at that moment, so its text tells which content it read.
Signatures end, ids that CI lost are denied, and a listing shows a beginning of all jobs.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from shared.callback_token import claimed_payload
from shared.jobs.reply import described_in
from shared.times import to_ci
from tests.simulation.cos import text_of
from tests.support.cloud_xml import as_xml

PASSING = ("InternalError", "ServiceUnavailable", "ResourceDownloadFailed")


@dataclass
class CiJob:
    """A job; `read` is the ETag of the content it read, `blank` whether nothing stands on it."""

    job_id: str
    key: str
    card_type: str
    token: str
    callback: str | None
    topic: str | None
    form: str
    version: str
    attempt: int
    created: float
    state: str = "Submitted"
    code: str = "Success"
    read: str | None = None
    blank: bool = False
    started: float | None = None
    ended: float | None = None
    vanished: bool = False
    hidden: bool = False
    recorded: bool = False

    @property
    def is_lost(self) -> bool:
        """Whether another job may follow: CI lost it or failed it for a passing reason."""
        return self.vanished or (self.state == "Failed" and self.code in PASSING)


class Ci:
    """All jobs. `skew` is what its clock is ahead; `shows_user_data` whether GET repeats it."""

    def __init__(
        self,
        now: Callable[[], float],
        *,
        skew: float,
        shows_user_data: bool,
        page_size: int,
    ) -> None:
        self._now = now
        self._skew = skew
        self.shows_user_data = shows_user_data
        self.page_size = page_size
        self.jobs: dict[str, CiJob] = {}

    def clock(self) -> float:
        """CI's own time."""
        return self._now() + self._skew

    def accept(self, request: bytes) -> CiJob:
        """Make the job of a request."""
        wanted = asked_for(request)
        claimed = claimed_payload(wanted["token"])
        job = CiJob(
            job_id=f"j{len(self.jobs) + 1}",
            version=claimed.version if claimed else "",
            attempt=claimed.attempt if claimed else 0,
            created=self.clock(),
            **wanted,
        )
        self.jobs[job.job_id] = job
        return job

    def of(self, key: str, version: str) -> list[CiJob]:
        """All jobs that were ever taken for a version of a card."""
        return [job for job in self.jobs.values() if (job.key, job.version) == (key, version)]

    def describe(self, job_ids: Sequence[str], lag: float) -> bytes:
        """GET /jobs/<ids>; jobs younger than `lag` aren't there yet."""
        known = [self.jobs[job_id] for job_id in job_ids if self._shows(job_id, lag)]
        missing = ",".join(job_id for job_id in job_ids if not self._shows(job_id, lag))
        return self._reply(known, NonExistJobIds=missing)

    def list_created(self, since: float, token: str | None, shown: float) -> bytes:
        """GET /jobs; a listing that lags shows only a `shown` part of all jobs, the oldest."""
        ordered = sorted(self.jobs.values(), key=lambda job: (int(job.created), job.job_id))
        ordered = ordered[: round(len(ordered) * shown)]
        found = [job for job in ordered if int(job.created) >= since and not job.vanished]
        start = int(token or 0)
        end = start + self.page_size
        return self._reply(found[start:end], NextToken=str(end) if end < len(found) else "")

    def accepted(self, job: CiJob) -> bytes:
        """The reply to POST /jobs."""
        return self._reply([job])

    def notification(self, job: CiJob) -> str:
        """The body of the callback."""
        if job.form == "XML":
            return reply_of([document(job)], EventName="TaskFinish").decode()
        return json.dumps({"EventName": "TaskFinish", "JobsDetail": [document(job)]})

    def _shows(self, job_id: str, lag: float) -> bool:
        job = self.jobs.get(job_id)
        return job is not None and not job.vanished and job.created <= self.clock() - lag

    def _reply(self, jobs: Sequence[CiJob], **more: str) -> bytes:
        nodes = [
            document(job, shown=not job.hidden, user_data=self.shows_user_data) for job in jobs
        ]
        return reply_of(nodes, **more)


def reply_of(nodes: list[dict[str, Any]], **more: str) -> bytes:
    """A reply of CI's with these jobs, and what else it says."""
    told = {name: value for name, value in more.items() if value}
    return as_xml("Response", {**told, "JobsDetail": nodes}).encode()


def asked_for(request: bytes) -> dict[str, Any]:
    """What a request asks for, as CI reads it."""
    body = request.partition(b"<Request>")[2].rpartition(b"</Request>")[0]
    job = described_in(b"<Response><JobsDetail>" + body + b"</JobsDetail></Response>").jobs[0]
    url = body.partition(b"<CallBack>")[2].partition(b"</CallBack>")[0].decode()
    form = body.partition(b"<CallBackFormat>")[2].partition(b"</CallBackFormat>")[0].decode()
    topic = body.partition(b"<MqName>")[2].partition(b"</MqName>")[0].decode()
    return {
        "key": job.key or "",
        "card_type": job.card_type or "",
        "token": job.user_data or "",
        "callback": url if url.startswith("https:") else None,
        "topic": topic or None,
        "form": form or "XML",
    }


def document(job: CiJob, *, shown: bool = True, user_data: bool = True) -> dict[str, Any]:
    """A job as CI shows it, with what it read if that is `shown`."""
    operation: dict[str, Any] = {"ImageLicenseRec": {"CardType": job.card_type}, "JobLevel": "0"}
    if user_data:
        operation["UserData"] = job.token
    if shown and job.state == "Success":
        info = {"Name": "姓名", "DetectedText": text_of(job.read or ""), "Score": 99}
        infos = [] if job.blank else [info]
        result = {"State": "Success", "Status": len(infos), "IdInfo": infos}
        operation["ImageLicenseRecResult"] = result
    return {
        "Code": job.code,
        "Message": "",
        "JobId": job.job_id,
        "State": job.state,
        "CreationTime": to_ci(int(job.created)),
        "StartTime": _time(job.started),
        "EndTime": _time(job.ended),
        "QueueId": "p1",
        "Tag": "ImageLicenseRec",
        "Input": {"Object": job.key},
        "Operation": operation,
    }


def _time(moment: float | None) -> str:
    return "-" if moment is None else to_ci(int(moment))
