"""A function in processes of its own."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import select
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Literal

from coslocal.functions.interface import (
    DEFAULT_TIME_LIMIT_SECONDS,
    PROCESS_EXITED,
    TIME_LIMIT_REACHED,
    USER_EXCEPTION,
    Failure,
    LogLine,
    MakeFunction,
    Outcome,
    Returned,
    WriteLog,
    context_for,
    discard,
)

INHERITED: Final = ("PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "LD_LIBRARY_PATH")
"""All a function's process sees of the caller's environment: no proxies, no real credentials."""

WORKER: Final = Path(__file__).with_name("worker.py").read_text(encoding="utf-8")
"""What its process runs; the function's own folder is where that looks for the module."""

NODE_WORKER: Final = Path(__file__).with_name("worker.js")
"""The same for a function in JavaScript."""

Language = Literal["Python", "Nodejs"]

_STOP_SECONDS: Final = 2.0
_LOG_SECONDS: Final = 2.0
_END_OF_LOG: Final = "\0end of log\0\n"
"""What a worker prints when an invocation has ended; see there."""


class ProcessFunction:
    """Runs `module`'s `entry` in up to `instances` processes, one event at a time in each.

    A process is started when first needed. It is killed when an event takes longer than
    `time_limit` seconds, and replaced when it has died or a file it loaded from `folder` has
    changed.

    `folder` is where the module lies; the process sees this interpreter's packages besides. With a
    `runtime`, the path of another interpreter, it sees nothing but its standard library, and
    writes nothing into the folder, as with an unpacked zip in the cloud. A function in JavaScript
    runs in the `node` of the PATH.
    """

    def __init__(  # noqa: PLR0913 - each is a setting of the deployed function
        self,
        name: str,
        module: str,
        environment: Mapping[str, str],
        write_log: WriteLog = discard,
        *,
        folder: Path,
        entry: str = "main_handler",
        language: Language = "Python",
        instances: int = 2,
        time_limit: float = DEFAULT_TIME_LIMIT_SECONDS,
        runtime: str | None = None,
    ) -> None:
        self.name = name
        self.environment = dict(environment)
        self._time_limit = time_limit
        self._command = _command(f"{module}.{entry}", language, runtime)
        self._folder = folder
        self._writes_bytecode = runtime is None
        self._write_log = write_log
        self._running: list[_Instance] = []
        self._lock = threading.Lock()
        self._idle: queue.LifoQueue[_Instance | None] = queue.LifoQueue()
        for _instance in range(instances):
            self._idle.put(None)

    def warm(self) -> None:
        """Start one process now, so that the first event needn't wait for it."""
        instance = self._idle.get()
        self._idle.put(instance or self._start())

    def invoke(self, event: Mapping[str, Any]) -> Outcome:
        """Run the handler on one event, waiting for a free instance first."""
        instance = self._idle.get()
        try:
            if instance is not None and (not instance.alive or self._is_stale(instance)):
                instance.stop()
            if instance is None or not instance.alive:
                instance = self._start()
            outcome = instance.invoke(self._invocation(event), self._time_limit)
            if isinstance(outcome, Failure) and outcome.code != USER_EXCEPTION:
                self._write_log(LogLine(self.name, outcome.message))
        finally:
            self._idle.put(instance if instance is not None and instance.alive else None)
        return outcome

    @property
    def process_ids(self) -> list[int]:
        """Its processes that run at present."""
        return [instance.process_id for instance in self._alive()]

    @property
    def is_busy(self) -> bool:
        """Whether a process of it is at work on an event."""
        return any(instance.busy for instance in self._alive())

    def kill(self) -> Literal["busy", "idle"] | None:
        """Kill a process, -9, as a machine that breaks down would; a busy one if there is one.

        Returns what it was at; None if no process runs.
        """
        instance = max(self._alive(), key=lambda instance: instance.busy, default=None)
        if instance is None:
            return None
        was_at: Literal["busy", "idle"] = "busy" if instance.busy else "idle"
        instance.kill()
        return was_at

    def close(self) -> None:
        """End every idle process; busy ones end with their time limit at the latest."""
        while True:
            try:
                instance = self._idle.get_nowait()
            except queue.Empty:
                return
            if instance is not None:
                instance.stop()

    def _start(self) -> _Instance:
        def write(text: str) -> None:
            self._write_log(LogLine(self.name, text))

        variables = {name: os.environ[name] for name in INHERITED if name in os.environ}
        if not self._writes_bytecode:
            variables["PYTHONDONTWRITEBYTECODE"] = "1"
        variables |= {"TZ": "UTC", **self.environment}
        instance = _Instance(self._command, self._folder, variables, write)
        with self._lock:
            self._running = [*self._alive(), instance]
        return instance

    def _is_stale(self, instance: _Instance) -> bool:
        """Tell whether an instance has failed to load its module, or loaded what changed since."""
        changed = instance.changed()
        if changed is not None:
            self._write_log(LogLine(self.name, f"(loaded again, since {changed} changed)"))
        return changed is not None or instance.is_broken

    def _alive(self) -> list[_Instance]:
        return [instance for instance in self._running if instance.alive]

    def _invocation(self, event: Mapping[str, Any]) -> str:
        context = context_for(self.name, self.environment, self._time_limit)
        return json.dumps({"event": event, "context": context, "environment": self.environment})


def in_own_processes(
    module: str,
    folder: Path,
    *,
    entry: str = "main_handler",
    language: Language = "Python",
    time_limit: float = DEFAULT_TIME_LIMIT_SECONDS,
) -> MakeFunction:
    """Return what makes a function of this module's `entry`, in processes of its own."""

    def make(name: str, environment: Mapping[str, str], write_log: WriteLog) -> ProcessFunction:
        return ProcessFunction(
            name,
            module,
            environment,
            write_log,
            folder=folder,
            entry=entry,
            language=language,
            time_limit=time_limit,
        )

    return make


def _command(handler: str, language: Language, runtime: str | None) -> list[str]:
    """Return what is started, but for the descriptor of the results."""
    if language == "Nodejs":
        return ["node", str(NODE_WORKER), handler]
    if runtime is None:
        return [sys.executable, "-c", WORKER, handler]
    return [runtime, "-S", "-c", WORKER, handler]


class _Instance:
    """One process, its pipes, and the thread that collects what it prints."""

    def __init__(
        self,
        command: Sequence[str],
        folder: Path,
        environment: Mapping[str, str],
        write: Callable[[str], None],
    ) -> None:
        self.busy = False
        self._loaded: dict[str, list[int]] = {}
        self.is_broken = False
        self._log_is_read = threading.Event()
        self._results, result_fd = os.pipe()
        self._process = subprocess.Popen(  # noqa: S603 - an interpreter, on a module of ours
            [*command, str(result_fd)],
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=(result_fd,),
            start_new_session=True,  # Ctrl-C is for the emulator, which ends its functions
            text=True,
            encoding="utf-8",
            errors="replace",
        )
        os.close(result_fd)
        self._reader = threading.Thread(target=self._collect, args=(write,), daemon=True)
        self._reader.start()

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    @property
    def process_id(self) -> int:
        return self._process.pid

    def changed(self) -> str | None:
        """Return the name of a file that is no longer as it was loaded, None if there is none."""
        for path, loaded in self._loaded.items():
            try:
                status = Path(path).stat()
            except OSError:
                return Path(path).name
            if [status.st_mtime_ns, status.st_size] != loaded:
                return Path(path).name
        return None

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def invoke(self, invocation: str, time_limit: float) -> Outcome:
        self.busy = True
        try:
            return self._invoke(invocation, time_limit)
        finally:
            self.busy = False

    def _invoke(self, invocation: str, time_limit: float) -> Outcome:
        if self._process.stdin is None:
            raise RuntimeError("the process was started without a pipe to it")
        try:
            self._log_is_read.clear()
            self._process.stdin.write(invocation + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            return self._died()
        try:
            line = self._read_line(time.monotonic() + time_limit)
        except TimeoutError:
            self.stop()
            return Failure(
                "execution", TIME_LIMIT_REACHED, f"Invoking task timed out after {time_limit:g} s"
            )
        if not line.endswith(b"\n"):
            return self._died()
        self._log_is_read.wait(_LOG_SECONDS)
        outcome = json.loads(line)
        self._loaded.update(outcome["files"])
        self.is_broken = "broken" in outcome
        if "error" in outcome:
            return Failure("execution", USER_EXCEPTION, outcome["error"])
        return Returned(outcome["value"])

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()
        self._reader.join(_STOP_SECONDS)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()
        if self._results >= 0:
            os.close(self._results)
            self._results = -1

    def _died(self) -> Failure:
        self.stop()
        return Failure(
            "system", PROCESS_EXITED, f"The process exited with {self._process.returncode}"
        )

    def _read_line(self, deadline: float) -> bytes:
        """Read up to the line's end, or to the pipe's where the process died."""
        line = b""
        while not line.endswith(b"\n"):
            ready, _, _ = select.select(
                [self._results], [], [], max(0.0, deadline - time.monotonic())
            )
            if not ready:
                raise TimeoutError
            part = os.read(self._results, 65536)
            if not part:
                break
            line += part
        return line

    def _collect(self, write: Callable[[str], None]) -> None:
        for line in self._process.stdout or ():
            text = line.removesuffix(_END_OF_LOG)
            if text or text == line:
                write(text.rstrip("\n"))
            if text != line:
                self._log_is_read.set()
