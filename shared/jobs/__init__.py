"""ImageLicenseRec jobs: what is sent to CI and what comes back.

reply    CI's XML and the callback's JSON or XML as a typed job; what CI's answer means
service  the job service on cos-python-sdk-v5

Source: the API page "Submitting Tasks" of Cloud Infinite (460/117369, 436/75231). The callback has
no page of its own. Its source is the pages of the sibling jobs (460/102328, 460/95990).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple, Protocol

from shared.card import CardType, IdInfo

JOB_ID = re.compile("[A-Za-z0-9]{1,64}")
UNREADABLE = "UnreadableReply"
"""Our Code for a reply that isn't CI's, such as a proxy's page."""
RefusalClass = Literal["capacity", "configuration", "other", "held"]
"""Why no job was made. `held` means that we sent nothing, so CI refused nothing."""


class Container(NamedTuple):
    """ImageLicenseRecResult: what CI read, with a state and a Code of its own, not the job's.

    `status` is CI's Status: "1" if it detected a card, "0" if not.
    """

    state: str | None
    code: str | None
    message: str | None
    id_infos: tuple[IdInfo, ...]
    status: str | None = None


class Job(NamedTuple):
    """A job as CI shows it: nodes of the API page. Times are RFC 3339, None for CI's `-`."""

    job_id: str | None
    state: str | None
    code: str | None
    message: str | None
    queue_id: str | None
    created_at: str | None
    started_at: str | None
    ended_at: str | None
    key: str | None  # Input.Object
    card_type: str | None  # Operation.ImageLicenseRec.CardType
    user_data: str | None
    container: Container | None


class NewJob(NamedTuple):
    """A job to be made. `token` is its UserData and, for a URL callback, its `?t=`."""

    key: str
    card_type: CardType
    token: str


class Accepted(NamedTuple):
    """CI took the job."""

    job_id: str


class Waiting(NamedTuple):
    """No job was made: CI refused it for now, or nothing was sent. The next attempt may make one.

    `request_id` is the reply's x-ci-request-id, which CI's support asks for.
    """

    code: str
    message: str | None
    refusal: RefusalClass
    request_id: str | None = None


class RefusedForGood(NamedTuple):
    """No job was made, and none ever will be for this photo."""

    code: str
    message: str | None


class Unknown(NamedTuple):
    """CI may have made a job: only CI's own list can tell. `request_id` is as in `Waiting`."""

    code: str
    request_id: str | None = None


Submission = Accepted | Waiting | RefusedForGood | Unknown


class Described(NamedTuple):
    """CI's reply about job ids: the jobs it knows, and the ids it says it doesn't know."""

    jobs: tuple[Job, ...]
    missing: frozenset[str]


class JobPage(NamedTuple):
    """One page of CI's list of jobs; `next_token` is None on the last."""

    jobs: tuple[Job, ...]
    next_token: str | None


class JobService(Protocol):
    """CI as the pipeline needs it."""

    def submit(self, job: NewJob, not_after: float, signed_until: float) -> Submission:
        """POST a job once; both times are Unix seconds.

        If this machine's clock has reached `not_after`, nothing is sent. CI refuses a request that
        arrives after `signed_until` by CI's clock.
        """

    def describe(self, job_ids: Sequence[str]) -> Described:
        """Ask CI for the jobs of these ids, at most ten.

        Raises JobServiceFault if CI couldn't be asked, refused, or gave an unreadable reply.
        """

    def list_created(self, since: float, next_token: str | None) -> JobPage:
        """List the jobs created at `since` (Unix seconds) or later, the oldest first.

        Raises JobServiceFault if CI couldn't be asked, refused, or gave an unreadable reply.
        """
