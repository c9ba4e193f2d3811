"""Running jobs: each reads its object when it runs, and is told of at its end."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Final, Protocol

import requests

from coslocal.agenda import Agenda
from coslocal.ci.callbacks import CallbackShape, Delivery, QueuedMessage, callback_body, send
from coslocal.ci.faults import Faults
from coslocal.ci.job_types import JobType
from coslocal.ci.jobs import Job, JobResult
from coslocal.ci.queue import JobQueue
from coslocal.ci.recognition import UnreadableImage

UNREADABLE: Final = "ResourceDownloadFailed"
"""What CI says of an object that it can't read. Assumed for one that is archived, a link, or
encrypted with a customer's key: no page says so."""

_ROUNDING_SECONDS = 1e-6


class ObjectContent(Protocol):
    """What a job needs of an object."""

    @property
    def body(self) -> bytes:
        """Its content."""
        ...

    @property
    def hindrance(self) -> str | None:
        """Why CI can't read it, None if it can."""
        ...


ReadObject = Callable[[str, str], "ObjectContent | None"]


@dataclass
class Behaviour:
    """What CI's pages leave open, or what only time decides. May be changed while it runs.

    Attributes:
        start_after_seconds: How long a job waits at least before it starts.
        run_seconds: How long it is in Running at least.
        callback_shape: The shape of JSON callbacks.
        describe_holds_result: Whether `GET /jobs` shows the result container.
    """

    start_after_seconds: float = 0.0
    run_seconds: float = 0.0
    callback_shape: CallbackShape = field(default_factory=CallbackShape)
    describe_holds_result: bool = True


class JobRunner:
    """Takes jobs from their queues to their ends, as items of the agenda.

    `on_ended` is called with each job that has just ended, `on_message` with each callback that
    was put on a message queue.

    Attributes:
        job_types: What can be run, by tag.
    """

    def __init__(
        self,
        agenda: Agenda,
        read_object: ReadObject,
        job_types: Iterable[JobType],
        session: requests.Session,
    ) -> None:
        self._agenda = agenda
        self._read_object = read_object
        self.job_types = {one.tag: one for one in job_types}
        self._session = session
        self.behaviour = Behaviour()
        self.faults = Faults()
        self.on_ended: Callable[[Job], None] = _ignore
        self.on_message: Callable[[QueuedMessage], None] = _ignore
        self.deliveries: list[Delivery] = []
        self.messages: list[QueuedMessage] = []

    def object_of(self, bucket: str, key: str) -> ObjectContent | None:
        """Return the object as it is now, None if there is none."""
        return self._read_object(bucket, key)

    def schedule(self, queue: JobQueue) -> None:
        """See to it that a job just accepted, or set free, is started."""
        self._agenda.add(partial(self._start_next, queue), after=self.behaviour.start_after_seconds)

    def _start_next(self, queue: JobQueue) -> None:
        now = self._agenda.clock()
        latest = now - self.behaviour.start_after_seconds + _ROUNDING_SECONDS
        job = queue.start_next(now, created_until=latest)
        if job is not None:
            finish = partial(self._finish, queue, job)
            self._agenda.add(finish, after=self.behaviour.run_seconds)

    def _finish(self, queue: JobQueue, job: Job) -> None:
        try:
            ended = self._end_of(job)
        except Exception:
            ended = job.failed("InternalError", "the job broke down", self._agenda.clock())
            raise
        finally:
            queue.change(job.job_id, lambda _running: ended)
            self.on_ended(ended)
            self._agenda.add(partial(self._start_next, queue))
        self._tell(queue, ended)

    def _tell(self, queue: JobQueue, ended: Job) -> None:
        callback = ended.request.callback or queue.callback
        if callback.url is None and callback.message_queue is None:
            return
        body = callback_body(ended, callback.format, self.behaviour.callback_shape)
        if callback.message_queue is not None:
            message = QueuedMessage(callback.message_queue, body.decode())
            self._schedule_callback(partial(self._publish, message))
        elif callback.url is not None:
            self._schedule_callback(partial(self._send_callback, ended, callback.url, body))

    def _end_of(self, job: Job) -> Job:
        now = self._agenda.clock
        fault = self.faults.take_job()
        if fault is not None and fault.in_container:
            return job.succeeded(JobResult({}, fault.code, fault.message), now())
        if fault is not None:
            return job.failed(fault.code, fault.message, now())
        stored = self.object_of(job.bucket, job.request.object_key)
        if stored is None:
            return job.failed("ResourceNotFound", "the input object does not exist", now())
        if stored.hindrance is not None:
            return job.failed(UNREADABLE, stored.hindrance, now())
        try:
            content = self.job_types[job.request.tag].run(stored.body, job.request.parameters)
        except UnreadableImage as error:
            return job.failed(error.code, error.message, now())
        return job.succeeded(JobResult(content), now())

    def _schedule_callback(self, call: Callable[[], None]) -> None:
        fault = self.faults.take_callback()
        effect = fault.effect if fault else None
        times = {"drop": 0, "duplicate": 2}.get(effect or "", 1)
        delay = fault.seconds if fault and effect == "delay" else 0.0
        for _time in range(times):
            self._agenda.add(call, after=delay)

    def _publish(self, message: QueuedMessage) -> None:
        self.messages.append(message)
        self.on_message(message)

    def _send_callback(self, job: Job, url: str, body: bytes) -> None:
        delivery = send(self._session, job, url, body, self._agenda.clock())
        self.deliveries.append(delivery)


def _ignore(_what: object) -> None:
    return None
