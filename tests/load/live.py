"""A local cloud on real sockets with real processes, whose clock can be moved on.

The functions sign with the machine's time and CI and COS check signatures by it. COS's dates, CI's
times and everything on the agenda (retries, timers, delays) go by the local cloud's clock: moving
that one is enough for a card to grow old, since sweep counts ages in COS's own dates.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from coslocal.agenda import MovableClock
from coslocal.cam.access import Asked
from coslocal.client import official_client
from coslocal.functions import LogLine, ProcessFunction
from local.cloud import LocalCloud, running_cloud
from local.recognition.scripted import ScriptedRecogniser
from tests.load.logs import LogWatch
from tests.support.clouds import policies, secrets_of

IDLE_SECONDS = 300.0
CLOUD = "local cloud"


class NotIdle(Exception):
    """The local cloud still works on something though nothing new came for long."""


class Live:
    """What the measurements do with a running cloud."""

    def __init__(self, cloud: LocalCloud, clock: MovableClock) -> None:
        self.cloud = cloud
        self.clock = clock
        self.bucket = cloud.setup.bucket
        self.user = official_client(cloud.setup.url, cloud.uploader, cloud.setup.region)
        self.log = LogWatch(self._secrets)
        cloud.on_log = self._log

    def put(self, key: str, content: bytes, **headers: object) -> str:
        """Upload as a user would; returns the ETag."""
        reply = self.user.put_object(Bucket=self.bucket, Key=key, Body=content, **headers)
        return str(reply["ETag"]).strip('"')

    def delete(self, key: str) -> None:
        self.user.delete_object(Bucket=self.bucket, Key=key)

    def settle(self) -> None:
        """Wait until everything that is due has been done.

        Raises:
            NotIdle: It never was.
        """
        if not self.cloud.agenda.wait_until_idle(IDLE_SECONDS):
            raise NotIdle(f"the local cloud was not idle within {IDLE_SECONDS:g} s")

    def move_on(self, seconds: float) -> None:
        """Move the local cloud's clock on, and wait for all that is due then."""
        self.clock.move(seconds)
        self.settle()

    def names(self, folder: str) -> dict[str, str]:
        """The objects under `ocr/<folder>/`, each with its ETag."""
        found: dict[str, str] = {}
        marker = ""
        while True:
            prefix = f"ocr/{folder}/"
            page = self.user.list_objects(Bucket=self.bucket, Prefix=prefix, Marker=marker)
            found |= {item["Key"]: item["ETag"].strip('"') for item in page.get("Contents", [])}
            if page["IsTruncated"] != "true":
                return found
            marker = page["NextMarker"]

    def documents(self, folder: str) -> dict[str, dict[str, Any]]:
        """The objects under `ocr/<folder>/`, read."""
        names = self.names(folder)
        stored = {name: self.cloud.cos.read_object(self.bucket, name) for name in names}
        return {name: json.loads(found.body) for name, found in stored.items() if found}

    def pending(self) -> Counter[str]:
        """How many cards are pending, by state and reason."""
        return Counter(
            f"{pending['state']} {(pending['error'] or {}).get('code', '')}".strip()
            for pending in self.documents("pending").values()
        )

    def memory(self) -> dict[str, float]:
        """Megabytes of the cloud's process, and of each function's largest one."""
        memory = {CLOUD: _resident_mb([os.getpid()])[0]}
        for name, function in self.functions.items():
            memory[name] = max(_resident_mb(function.process_ids), default=0.0)
        return memory

    @property
    def functions(self) -> dict[str, ProcessFunction]:
        return {
            name: function
            for name, function in self.cloud.functions.items()
            if isinstance(function, ProcessFunction)
        }

    def _log(self, line: LogLine) -> None:
        self.log.saw(line.text)

    def _secrets(self) -> list[str]:
        return list(secrets_of(self.cloud))


@contextlib.contextmanager
def live() -> Iterator[Live]:
    """Run a cloud as `make up` does, the functions in their roles, which must be enough for all.

    At the end no process of its functions is left.
    """
    clock = MovableClock()
    with running_cloud(ScriptedRecogniser(), clock=clock, policies=policies({})) as cloud:
        running = Live(cloud, clock)
        refused: set[tuple[str, str]] = set()

        def look(asked: Asked) -> None:
            if not asked.allowed:
                refused.add((asked.role, asked.call.action))

        cloud.access.on_call = look
        try:
            yield running
            assert not refused, f"calls that no role allows: {sorted(refused)}"
        finally:
            cloud.agenda.clear()
            for function in running.functions.values():
                while function.kill() is not None:
                    pass


def _resident_mb(process_ids: Iterable[int]) -> list[float]:
    """Resident memory of each process that still runs, as `ps` shows it on Linux and macOS."""
    listed = ",".join(str(process_id) for process_id in process_ids)
    if not listed:
        return []
    shown = subprocess.run(
        ["ps", "-o", "rss=", "-p", listed],  # noqa: S607 - wherever it lies
        capture_output=True,
        text=True,
        check=False,
    )
    return [int(line) / 1024 for line in shown.stdout.split()]
