"""The COS trigger: uploads under a prefix, to a function."""

from __future__ import annotations

import threading

from coslocal.agenda import Agenda
from coslocal.functions import Function
from coslocal.triggers.asynchronous import AsynchronousInvocations
from coslocal.triggers.cos_event import ObjectCreated, cos_event


class UploadTrigger:
    """Sends `function` an event for every object of `bucket` created under `prefix`.

    Up to `merged` uploads that are known when an event is sent travel as records of that one.
    """

    def __init__(
        self,
        agenda: Agenda,
        asynchronous: AsynchronousInvocations,
        function: Function,
        *,
        bucket: str,
        prefix: str,
        merged: int = 1,
    ) -> None:
        self._agenda = agenda
        self._asynchronous = asynchronous
        self._function = function
        self._bucket = bucket
        self._prefix = prefix
        self.merged = merged
        self._waiting: list[ObjectCreated] = []
        self._lock = threading.Lock()

    def __call__(self, upload: ObjectCreated) -> None:
        """Take note of an object just created."""
        if upload.bucket != self._bucket or not upload.key.startswith(self._prefix):
            return
        with self._lock:
            self._waiting.append(upload)
        self._agenda.add(self._send)

    def _send(self) -> None:
        with self._lock:
            uploads = self._waiting[: self.merged]
            del self._waiting[: self.merged]
        if uploads:
            self._asynchronous.send(self._function, cos_event(uploads, self._function.name))
