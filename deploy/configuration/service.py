"""What serverless.yml says, as typed values; an empty value is an absent one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

HANDLER = "index.main_handler"
CALLBACK = "callback"
SUBMITTERS = ("submit", "sweep")  # they send jobs, so they are told the callback's address
FUNCTIONS = ("submit", CALLBACK, "sweep")


class CosTrigger(NamedTuple):
    """An object event of a bucket; `suffix` is empty if any will do."""

    bucket: str
    event: str
    prefix: str
    suffix: str


class UrlTrigger(NamedTuple):
    """A Function URL; `auth` is its AuthType."""

    auth: str


class TopicTrigger(NamedTuple):
    """A CMQ topic that CI's messages come by."""

    topic: str


class TimerTrigger(NamedTuple):
    """A cron of seven fields; `message` reaches the function as the event's `Message`."""

    name: str
    cron: str
    message: str


Trigger = CosTrigger | UrlTrigger | TopicTrigger | TimerTrigger


class DeadLetterQueue(NamedTuple):
    """Where SCF puts an event that was retried in vain: a CMQ queue or topic."""

    type: str
    name: str


class LogTopic(NamedTuple):
    """A topic of the Cloud Log Service, by the ids of its set and its own."""

    logset: str
    topic: str


class Function(NamedTuple):
    """One function; `key` is its name in serverless.yml and its folder under functions/.

    `memory_size` is in MB, `timeout` and `event_age` are in seconds. `concurrency` is the most
    instances that may run at once, None if the account's limit alone holds.
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

    `environment` holds the variables that are set, as they are deployed into every function;
    `secrets` the names of those whose values are read from the process's environment alone.
    `package_path` is where the zips and their manifest are written, `settings_path` the file that
    `sls` took the user's variables from, None if there is none.
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
        """The function's name in SCF."""
        return f"{self.name}-{self.stage}-{key}"

    def zip_path(self, key: str) -> Path:
        """Where the function's code is packaged."""
        return self.package_path / f"{key}.zip"
