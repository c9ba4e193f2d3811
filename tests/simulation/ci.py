"""CI as the simulation has it: takes jobs, reads by key when a job runs, lists with a lag.

A job reads whatever lies at its key at that moment, so its text tells which content it read.
Signatures end, ids that CI lost are denied, and a listing shows a beginning of all jobs.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from shared.callback_token import claimed_payload
from shared.jobs.reply import described_in
from shared.times import to_ci
from tests.simulation.cos import text_of

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
        denied = f"<NonExistJobIds>{missing}</NonExistJobIds>" if missing else ""
        return f"<Response>{self._nodes(known)}{denied}</Response>".encode()

    def list_created(self, since: float, token: str | None, shown: float) -> bytes:
        """GET /jobs; a listing that lags shows only a `shown` part of all jobs, the oldest."""
        ordered = sorted(self.jobs.values(), key=lambda job: (int(job.created), job.job_id))
        ordered = ordered[: round(len(ordered) * shown)]
        found = [job for job in ordered if int(job.created) >= since and not job.vanished]
        start = int(token or 0)
        end = start + self.page_size
        following = f"<NextToken>{end}</NextToken>" if end < len(found) else ""
        return f"<Response>{self._nodes(found[start:end])}{following}</Response>".encode()

    def accepted(self, job: CiJob) -> bytes:
        """The reply to POST /jobs."""
        return f"<Response>{self._nodes([job])}</Response>".encode()

    def notification(self, job: CiJob) -> str:
        """The body of the callback."""
        if job.form == "XML":
            return f"<Response><EventName>TaskFinish</EventName>{node(job, shown=True)}</Response>"
        return json.dumps({"EventName": "TaskFinish", "JobsDetail": [document(job)]})

    def _shows(self, job_id: str, lag: float) -> bool:
        job = self.jobs.get(job_id)
        return job is not None and not job.vanished and job.created <= self.clock() - lag

    def _nodes(self, jobs: Sequence[CiJob]) -> str:
        return "".join(
            node(job, shown=not job.hidden, user_data=self.shows_user_data) for job in jobs
        )


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


def node(job: CiJob, *, shown: bool, user_data: bool = True) -> str:
    """A job as XML; `shown`: with what it read, where it read anything."""
    text = f"<UserData>{job.token}</UserData>" if user_data else ""
    result = ""
    if shown and job.state == "Success":
        info = "" if job.blank else _info(job)
        result = (
            f"<ImageLicenseRecResult><State>Success</State><Status>{int(not job.blank)}</Status>"
            f"{info}</ImageLicenseRecResult>"
        )
    return (
        f"<JobsDetail><Code>{job.code}</Code><Message/><JobId>{job.job_id}</JobId>"
        f"<State>{job.state}</State><CreationTime>{to_ci(int(job.created))}</CreationTime>"
        f"<StartTime>{_time(job.started)}</StartTime><EndTime>{_time(job.ended)}</EndTime>"
        f"<QueueId>p1</QueueId><Tag>ImageLicenseRec</Tag><Input><Object>{escape(job.key)}</Object>"
        f"</Input><Operation><ImageLicenseRec><CardType>{job.card_type}</CardType>"
        f"</ImageLicenseRec>{result}{text}</Operation></JobsDetail>"
    )


def document(job: CiJob) -> dict[str, Any]:
    """A job as JSON, with what it read."""
    operation: dict[str, Any] = {
        "ImageLicenseRec": {"CardType": job.card_type},
        "UserData": job.token,
        "JobLevel": "0",
    }
    if job.state == "Success":
        info = {"Name": "姓名", "DetectedText": text_of(job.read or ""), "Score": 99}
        infos = [] if job.blank else [info]
        operation["ImageLicenseRecResult"] = {
            "State": "Success",
            "Status": len(infos),
            "IdInfo": infos,
        }
    return {
        "Code": job.code,
        "JobId": job.job_id,
        "State": job.state,
        "CreationTime": to_ci(int(job.created)),
        "StartTime": _time(job.started),
        "EndTime": _time(job.ended),
        "QueueId": "p1",
        "Input": {"Object": job.key},
        "Operation": operation,
    }


def _info(job: CiJob) -> str:
    text = text_of(job.read or "")
    return f"<IdInfo><Name>姓名</Name><DetectedText>{text}</DetectedText><Score>99</Score></IdInfo>"


def _time(moment: float | None) -> str:
    return "-" if moment is None else to_ci(int(moment))
