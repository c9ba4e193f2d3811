"""Notes when objects were first written. Last-Modified would have only whole seconds."""

from __future__ import annotations

import threading

from coslocal.cos.events import creation
from coslocal.cos.requests import CosRequest


class Journal:
    """Notes every request that changed a bucket; times are Unix seconds."""

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket
        self._created: dict[str, float] = {}
        self._living: set[str] = set()
        self._lock = threading.Lock()

    def note(self, request: CosRequest, now: float) -> None:
        """Note one request that was carried out."""
        if request.bucket != self._bucket:
            return
        with self._lock:
            if request.key is None:  # several were deleted: take the next write of any as new
                self._living.clear()
            elif request.method == "DELETE":
                self._living.discard(request.key)
            elif creation(request) is not None and request.key not in self._living:
                self._living.add(request.key)
                self._created[request.key] = now

    def created(self, name: str) -> float | None:
        """Return when the object with this name was created; if it is deleted, the last one."""
        with self._lock:
            return self._created.get(name)
