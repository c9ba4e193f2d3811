"""What serverless.yml says, as typed values. An empty value counts as absent."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

HANDLER = "index.main_handler"
CALLBACK = "callback"
SUBMITTERS = ("submit", "sweep")  # they send jobs, so they are told the callback's address
FUNCTIONS = ("submit", CALLBACK, "sweep")


class CosTrigger(NamedTuple):
    """An object event of a bucket; `suffix` is empty if any suffix will do."""

    bucket: str
    event: str
    prefix: str
    suffix: str


class UrlTrigger(NamedTuple):
    """A Function URL; `auth` is its AuthType."""

    auth: str


class TopicTrigger(NamedTuple):
    """A CMQ topic that brings CI's messages."""

    topic: str


class TimerTrigger(NamedTuple):
    """A cron of seven fields; `message` reaches the function as the event's `Message`."""

    name: str
    cron: str
    message: str


Trigger = CosTrigger | UrlTrigger | TopicTrigger | TimerTrigger


class DeadLetterQueue(NamedTuple):
    """The CMQ queue or topic to which SCF sends an event after its last retry failed."""

    type: str
    name: str


class LogTopic(NamedTuple):
    """A topic of the Cloud Log Service: the id of its set, and its own id."""

    logset: str
    topic: str


class Function(NamedTuple):
    """One function; `key` is its name in serverless.yml and its folder under functions/.

    `memory_size` is in MB, `timeout` and `event_age` are in seconds. `concurrency` is the most
    instances that may run at once; None if only the account's limit applies.
    """

    key: str
    memory_size: int
    timeout: int
    role: str
    retries: int
    event_age: int
    concurrency: int | None
    dead_letter_queue: DeadLetterQueue | None
    triggers: tuple[Trigger, ...]


class Service(NamedTuple):
    """One stage of the service.

    `environment` holds the variables that are set; every function gets them. `secrets` holds the
    names of variables whose values come only from the process's environment. `package_path` is the
    folder for the zips and their manifest. `settings_path` is the file from which `sls` read the
    user's variables; None if there is none.
    """

    name: str
    stage: str
    region: str
    runtime: str
    tags: Mapping[str, str]
    environment: Mapping[str, str]
    secrets: tuple[str, ...]
    logs: LogTopic | None
    functions: Mapping[str, Function]
    package_path: Path
    settings_path: Path | None

    def function_name(self, key: str) -> str:
        """Return the function's name in SCF."""
        return f"{self.name}-{self.stage}-{key}"

    def zip_path(self, key: str) -> Path:
        """Return the path of the function's zip."""
        return self.package_path / f"{key}.zip"
