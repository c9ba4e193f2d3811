"""The CI service over HTTP, for the hosts <bucket-appid>.ci.<region>.myqcloud.com."""

from __future__ import annotations

import base64
import re
import secrets
import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final, Literal

from werkzeug.http import http_date
from werkzeug.wrappers import Request, Response

from coslocal.agenda import Agenda
from coslocal.cam.access import AccessControl
from coslocal.cam.calls import Call, ci_calls
from coslocal.cam.conditions import facts_of
from coslocal.ci import routes
from coslocal.ci.errors import CiError
from coslocal.ci.jobs import Job, QueueState
from coslocal.ci.processing import is_processing, process
from coslocal.ci.queue import MAX_CONCURRENT, JobQueue
from coslocal.ci.replies import XML_TYPE, error_xml, response_xml
from coslocal.ci.runner import JobRunner

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

HOST: Final = re.compile(
    r"(?:(?P<bucket>[a-z0-9-]+-\d+)\.)?ci\.(?P<region>[a-z0-9-]+)\.myqcloud\.com(?::\d+)?"
)

ACCOUNT: Final = "100000000001"
"""The number (UIN) of the account that owns everything here."""

Authenticate = Callable[[Request], str]
"""Raises CiError unless the request is signed with a known key; returns the key's secret id."""


class CiService:
    """A WSGI app; the jobs' work itself is done by `runner`, on the agenda.

    `enable` is what `POST /ai_bucket` does; without it a bucket's jobs are refused, and so they are
    after `disable`.

    Attributes:
        binding_format: What `GET /` is answered in: Tencent's pages have both.
        role_missing: Whether nobody has let CI make its role, CI_QCSRole, so that no bucket can be
            bound.
    """

    def __init__(
        self,
        *,
        agenda: Agenda,
        runner: JobRunner,
        region: str,
        authenticate: Authenticate,
        access: AccessControl | None = None,
        max_concurrent: int = MAX_CONCURRENT,
    ) -> None:
        self.agenda = agenda
        self.runner = runner
        self.region = region
        self.binding_format: Literal["json", "xml"] = "json"
        self.role_missing = False
        self._authenticate = authenticate
        self._access = access or AccessControl()
        self._max_concurrent = max_concurrent
        self._bound: set[str] = set()
        self._queues: dict[str, JobQueue] = {}
        self._lock = threading.Lock()

    def bind(self, bucket: str) -> None:
        """Bind `<name>-<appid>` to CI."""
        with self._lock:
            self._bound.add(bucket)

    def is_bound(self, bucket: str) -> bool:
        """Tell whether a bucket is bound to CI."""
        return bucket in self._bound

    def enable(self, bucket: str) -> JobQueue:
        """Enable AI content recognition for `<name>-<appid>`; return its queue, old or new.

        That binds the bucket too, as the pages of such services say.
        """
        with self._lock:
            self._bound.add(bucket)
            if bucket not in self._queues:
                self._queues[bucket] = JobQueue(
                    bucket,
                    self.region,
                    self.agenda.clock(),
                    max_concurrent=self._max_concurrent,
                )
            return self._queues[bucket]

    def disable(self, bucket: str) -> None:
        """Disable AI content recognition for a bucket, as `DELETE /ai_bucket` does.

        Assumed: its queue and jobs are gone with it.
        """
        with self._lock:
            self._queues.pop(bucket, None)

    def queue_of(self, bucket: str) -> JobQueue:
        """Return the bucket's queue.

        Raises:
            CiError: AIBucketUnBinded if recognition isn't enabled for the bucket.
        """
        queue = self._queues.get(bucket)
        if queue is None:
            raise CiError("AIBucketUnBinded", "AI content recognition is not enabled here")
        return queue

    def queues(self) -> list[JobQueue]:
        """Return the queues of all buckets."""
        with self._lock:
            return list(self._queues.values())

    def set_queue_state(self, queue: JobQueue, state: QueueState) -> None:
        """Pause a queue or make it active again; its waiting jobs then start."""
        queue.set_state(state, self.agenda.clock())
        for _slot in range(queue.max_concurrent):
            self.runner.schedule(queue)

    def jobs(self) -> list[Job]:
        """Return every job of every bucket, oldest first within a bucket."""
        return [job for queue in self.queues() for job in queue.jobs()]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request, as WSGI has it."""
        request = Request(environ)
        try:
            response = _ok(self._answer(request))
        except CiError as error:
            response = _refusal(error)
        response.headers["Server"] = "tencent-ci"
        response.headers["Date"] = http_date(self.agenda.clock())
        response.headers["x-ci-request-id"] = response.headers.get("x-ci-request-id", _trace())
        return response(environ, start_response)

    def _answer(self, request: Request) -> dict[str, Any] | str | None:
        fault = self.runner.faults.take_request(request.method, request.path)
        if fault is not None and not fault.after_effect:
            raise fault.refusal()
        secret_id = self._authenticate(request)
        answer: dict[str, Any] | str | None
        if is_processing(request):
            answer = process(self, request, secret_id)
        else:
            bucket = self._bucket_of(request)
            asked = ci_calls(self.region, bucket, ACCOUNT, request.method, request.path)
            self.authorise(request, secret_id, asked)
            answer = routes.answer(self, bucket, request)
        if fault is not None:
            raise fault.refusal()
        return answer

    def authorise(self, request: Request, secret_id: str, calls: Iterable[Call]) -> None:
        """Refuse calls that the key's role doesn't allow; 401 is the status seen in the field.

        Raises:
            CiError: AccessDenied.
        """
        headers = {name.lower(): value for name, value in request.headers.items()}
        facts = facts_of(request.remote_addr or "127.0.0.1", headers)
        for call in calls:
            if not self._access.allows(secret_id, call, facts):
                raise CiError("AccessDenied", f"{call.action} is not allowed", 401)

    def _bucket_of(self, request: Request) -> str | None:
        match = HOST.fullmatch(request.host)
        if match is None or match["region"] != self.region:
            raise CiError("InvalidHost", f"this is CI of {self.region}", 400)
        return match["bucket"]


def _ok(content: dict[str, Any] | str | None) -> Response:
    if content is None:
        return Response(status=200)
    if isinstance(content, str):
        return Response(content, status=200, content_type="application/json")
    request_id = _trace()
    if "RequestId" in content:
        content = {**content, "RequestId": request_id}
    response = Response(response_xml(content), status=200, content_type=XML_TYPE)
    response.headers["x-ci-request-id"] = request_id
    return response


def _refusal(error: CiError) -> Response:
    request_id, trace_id = _trace(), _trace()
    body = error_xml(error, request_id, trace_id)
    response = Response(body, status=error.status, content_type=XML_TYPE)
    response.headers["x-ci-request-id"] = request_id
    response.headers["x-ci-trace-id"] = trace_id
    return response


def _trace() -> str:
    """Return an id of the form CI's have: hexadecimal parts, in base64."""
    return base64.b64encode(f"{secrets.token_hex(4)}_{secrets.token_hex(4)}".encode()).decode()
