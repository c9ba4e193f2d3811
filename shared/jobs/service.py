"""The job service on cos-python-sdk-v5.

Requests go through the SDK's `send_request` and signer. This module reads the replies itself: the
SDK would turn them into text and call `eval` on it, and it finds no Code in CI's errors.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from math import ceil
from typing import TYPE_CHECKING, TypeVar

import xmltodict
from qcloud_cos import CosClientError, CosConfig, CosS3Auth, CosS3Client
from requests import PreparedRequest, Response

from shared.errors import JobServiceFault
from shared.jobs import UNREADABLE, Described, JobPage, NewJob, Submission, Unknown, Waiting
from shared.jobs.reply import described_in, error_in, meaning, page_in
from shared.settings.load import Callback, Settings
from shared.store.cos import never_connected
from shared.times import to_ci

if TYPE_CHECKING:
    from shared.cloud import Cloud

T = TypeVar("T")

_OK = 200
_PAGE_SIZE = 100  # CI's largest
_SIGNATURE_SECONDS = 120  # of requests that change nothing


class CiJobService:
    """Submits and shows jobs of the input bucket. `now` gives Unix seconds."""

    def __init__(
        self, cloud: Cloud, settings: Settings, now: Callable[[], float] = time.time
    ) -> None:
        self._cloud = cloud
        self._settings = settings
        self._bucket = settings.input_bucket
        self._url = f"https://{self._bucket}.ci.{cloud.region}.myqcloud.com"
        self._now = now

    def submit(self, job: NewJob, not_after: float, signed_until: float) -> Submission:
        """POST /jobs, once: the SDK doesn't repeat it; see `JobService`."""
        if self._now() >= not_after:
            return Waiting("ClaimTooOld", "nothing was sent", "held")
        try:
            response = self._ask(
                self._cloud.once,
                "POST",
                "/jobs",
                params={},
                body=job_request(self._settings, job),
                signed_until=signed_until,
            )
        except CosClientError as error:
            if never_connected(error):
                return Waiting("NoConnection", "CI could not be reached", "capacity")
            return Unknown("NoReply")
        request_id = response.headers.get("x-ci-request-id")
        return meaning(response.status_code, response.content, request_id)

    def describe(self, job_ids: Sequence[str]) -> Described:
        """GET /jobs/<id>[,<id>…]; see `JobService`."""
        return self.get(described_in, f"/jobs/{','.join(job_ids)}", {})

    def list_created(self, since: float, next_token: str | None) -> JobPage:
        """GET /jobs?…; see `JobService`."""
        parameters = {
            "tag": "ImageLicenseRec",
            "orderByTime": "Asc",
            "size": str(_PAGE_SIZE),
            "states": "All",
            "startCreationTime": to_ci(since),
        }
        if next_token is not None:
            parameters["nextToken"] = next_token
        return self.get(page_in, "/jobs", parameters)

    def get(self, read: Callable[[bytes], T], path: str, parameters: dict[str, str]) -> T:
        """GET and read. `read` raises ValueError if it can't read the reply.

        Raises JobServiceFault if CI couldn't be asked, or refused.
        """
        request = "GET of jobs"
        try:
            response = self._ask(self._cloud.idempotent, "GET", path, params=parameters)
        except CosClientError:
            raise JobServiceFault(request, "NoReply") from None
        if response.status_code != _OK:
            code, _ = error_in(response.content)
            raise JobServiceFault(request, code or f"HTTP{response.status_code}")
        try:
            return read(response.content)
        except ValueError:
            raise JobServiceFault(request, UNREADABLE) from None

    def _ask(
        self,
        client: CosS3Client,
        method: str,
        path: str,
        *,
        params: dict[str, str],
        body: bytes | None = None,
        signed_until: float | None = None,
    ) -> Response:
        headers = {} if body is None else {"Content-Type": "application/xml"}
        response: Response = client.send_request(
            method=method,
            url=self._url + path,
            bucket=self._bucket,
            auth=self._auth(client.get_conf(), path, params, signed_until),
            params=params,
            headers=headers,
            cos_request=False,
            ci_request=True,
            **({} if body is None else {"data": body}),
        )
        return response

    def _auth(
        self, conf: CosConfig, path: str, params: dict[str, str], until: float | None
    ) -> CosS3Auth:
        if until is None:
            return CosS3Auth(conf, path, params, _SIGNATURE_SECONDS)
        return _SignedUntil(conf, path, params, lambda: ceil(until - self._now()))


class _SignedUntil(CosS3Auth):  # type: ignore[misc]  # the SDK has no types
    """Signs a request so that the signature ends at a given time.

    `seconds_left` returns how far off that time is; the SDK adds them to its own time. If the
    process stood still in between, the signature would end too late, so it is made again.
    """

    def __init__(
        self,
        conf: CosConfig,
        path: str,
        params: dict[str, str],
        seconds_left: Callable[[], int],
    ) -> None:
        super().__init__(conf, path, params)
        self._seconds_left = seconds_left

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        while True:
            self._expire = self._seconds_left()
            super().__call__(request)
            if self._seconds_left() >= self._expire - 1:
                return request


def job_request(settings: Settings, job: NewJob) -> bytes:
    """Return the body of POST /jobs, node by node as the API page lists them."""
    request = {
        "Tag": "ImageLicenseRec",
        "Input": {"Object": job.key},
        "Operation": {
            "ImageLicenseRec": {"CardType": job.card_type},
            "UserData": job.token,
            "JobLevel": settings.job_level,
        },
        **({"QueueId": settings.queue_id} if settings.queue_id else {}),
        **_callback_nodes(settings.callback, job.token),
    }
    document: str = xmltodict.unparse({"Request": request})
    return document.encode()


def _callback_nodes(callback: Callback, token: str) -> dict[str, object]:
    if callback.type == "NONE":
        return {"CallBack": "no"}
    if callback.type == "TDMQ":
        return {
            "CallBackFormat": callback.format,
            "CallBackType": "TDMQ",
            "CallBackMqConfig": {
                "MqRegion": callback.mq_region,
                "MqMode": callback.mq_mode,
                "MqName": callback.mq_name,
            },
        }
    return {
        "CallBackFormat": callback.format,
        "CallBack": callback_address(callback.url or "", token),
    }


def callback_address(url: str, token: str) -> str:
    """Return the callback URL with the token added to its query as `t`."""
    return f"{url}{'&' if '?' in url else '?'}t={token}"
