"""The COS trigger: uploads and deletions under a prefix, to a function."""

from __future__ import annotations

import threading
from fnmatch import fnmatchcase
from typing import Final

from coslocal.agenda import Agenda
from coslocal.cos.events import ObjectEvent
from coslocal.functions import Function
from coslocal.triggers.asynchronous import AsynchronousInvocations
from coslocal.triggers.cos_event import cos_event

CREATED: Final = "cos:ObjectCreated:*"
"""Every way in which an object can be created."""


class UploadTrigger:
    """Sends `function` an event for every object of `bucket` created under `prefix`.

    Its key ends with `suffix` too, and `event` names how it was created: `cos:ObjectCreated:Put`,
    or with a `*` in any way; `cos:ObjectRemove:*` is for objects that are deleted instead.

    Up to `merged` uploads that are known when an event is sent travel as records of that one.
    """

    def __init__(  # noqa: PLR0913 - each is a setting of the trigger
        self,
        agenda: Agenda,
        asynchronous: AsynchronousInvocations,
        function: Function,
        *,
        bucket: str,
        prefix: str,
        suffix: str = "",
        event: str = CREATED,
        merged: int = 1,
    ) -> None:
        self._agenda = agenda
        self._asynchronous = asynchronous
        self._function = function
        self._bucket = bucket
        self._prefix = prefix
        self._suffix = suffix
        self._event = event
        self.merged = merged
        self._waiting: list[ObjectEvent] = []
        self._lock = threading.Lock()

    def __call__(self, upload: ObjectEvent) -> None:
        """Take note of an object just created, or deleted."""
        if upload.bucket != self._bucket or not fnmatchcase(upload.event_name, self._event):
            return
        if not (upload.key.startswith(self._prefix) and upload.key.endswith(self._suffix)):
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
