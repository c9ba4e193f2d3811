"""Reads the JSON document that the plugin makes of the resolved serverless.yml.

    {"service": "card-ocr", "stage": "prod", "region": "ap-guangzhou",
     "provider": {"runtime": "Python3.10", "environment": {"INPUT_BUCKET": "cards-1250000000", …}},
     "functions": {"submit": {"memorySize": 128, "events": [{"cos": {…}}], …}, …},
     "package": {"path": ".serverless"},
     "settings": {"path": ".env"}}

This module checks only the form. The package `checks` checks the values.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from deploy.configuration.service import (
    CosTrigger,
    DeadLetterQueue,
    Function,
    LogTopic,
    Service,
    TimerTrigger,
    TopicTrigger,
    Trigger,
    UrlTrigger,
)
from deploy.errors import WrongConfiguration
from shared.settings.variables import DEFAULTS


class Section:
    """A mapping in serverless.yml. An empty value counts as absent.

    Every method raises WrongConfiguration if the value is of the wrong kind.
    """

    def __init__(self, where: str, value: object) -> None:
        if not isinstance(value, dict):
            raise WrongConfiguration(
                where or "standard input", "is not a mapping; write keys and values below it"
            )
        self.where = where
        self._values: dict[str, object] = value

    def expect(self, *names: str) -> Section:
        """Refuse any other key, which must be a typo. Return the section itself."""
        for name in self.names():
            if name not in names:
                choice = ", ".join(sorted(names))
                raise WrongConfiguration(
                    self.place(name), f"is not a key here; there can be {choice}"
                )
        return self

    def place(self, name: str) -> str:
        """Return the path of a key."""
        return f"{self.where}.{name}" if self.where else name

    def get(self, name: str) -> object:
        """Return the value. Return None if it is absent."""
        value = self._values.get(name)
        return None if value == "" else value

    def text(self, name: str, advice: str) -> str:
        """Return a text; `advice` says what to write if it is missing."""
        value = self.optional_text(name)
        if not value:
            raise self._missing(name, advice)
        return value

    def optional_text(self, name: str) -> str:
        """Return a text, or a number or boolean as YAML writes it; empty if it is absent."""
        value = self.get(name)
        if isinstance(value, bool):
            return str(value).lower()
        if value is not None and not isinstance(value, str | int | float):
            raise WrongConfiguration(self.place(name), "is not a text; write one value")
        return "" if value is None else str(value)

    def whole(self, name: str, advice: str) -> int:
        """Return a whole number; `advice` says what to write if it is missing."""
        value = self.optional_whole(name)
        if value is None:
            raise self._missing(name, advice)
        return value

    def optional_whole(self, name: str) -> int | None:
        """Return a whole number. Return None if it is absent."""
        value = self.get(name)
        if value is None:
            return None
        if isinstance(value, str) and value.isascii() and value.isdigit():
            return int(value)  # it comes from an environment variable, which is always text
        if isinstance(value, bool) or not isinstance(value, int):
            raise WrongConfiguration(self.place(name), f"is {value!r}; write a whole number")
        return value

    def section(self, name: str) -> Section:
        """Return a mapping; an empty one if it is absent."""
        value = self.get(name)
        return Section(self.place(name), {} if value is None else value)

    def items(self, name: str) -> Iterator[tuple[str, object]]:
        """Yield the entries of a list with the path of each; none if the list is absent."""
        value = self.get(name)
        if value is not None and not isinstance(value, list):
            raise WrongConfiguration(
                self.place(name), "is not a list; write `- ` before each entry"
            )
        for position, item in enumerate(value or []):
            yield f"{self.place(name)}.{position}", item

    def names(self) -> tuple[str, ...]:
        """Return the keys as they were written."""
        return tuple(str(name) for name in self._values)

    def _missing(self, name: str, advice: str) -> WrongConfiguration:
        return WrongConfiguration(self.place(name), f"is missing; {advice}")


# The same keys as deploy/plugin/schema.js declares: a test compares them.
PROVIDER_KEYS = ("runtime", "tags", "environment", "secrets", "logs")
LOGS_KEYS = ("logset", "topic")
FUNCTION_KEYS = (
    *("memorySize", "timeout", "role", "retries", "eventAge", "concurrency"),
    *("deadLetterQueue", "events"),
)
QUEUE_KEYS = ("type", "name")
EVENT_KEYS = {
    "cos": ("bucket", "event", "prefix", "suffix"),
    "url": ("auth",),
    "cmq": ("topic",),
    "timer": ("name", "cron", "message"),
}

_DEFAULT_PACKAGE_PATH = ".serverless"


def read_service(text: str) -> Service:
    """Return the service that the document describes.

    Raises:
        WrongConfiguration: the text isn't JSON, a key is missing or unknown, or a value is of the
            wrong kind.
    """
    try:
        value = json.loads(text)
    except ValueError:
        raise WrongConfiguration(
            "standard input",
            "is not JSON; the plugin in deploy/plugin writes it, run `sls` instead",
        ) from None
    document = Section("", value).expect(
        "service", "stage", "region", "provider", "functions", "package", "settings"
    )
    provider = document.section("provider").expect(*PROVIDER_KEYS)
    package = document.section("package").expect("path")
    settings = document.section("settings").expect("path").optional_text("path")
    environment = _texts(provider.section("environment"))
    functions = document.section("functions")
    logs = _both(provider.section("logs").expect(*LOGS_KEYS), *LOGS_KEYS, "both ids")
    return Service(
        name=document.text("service", "write the service's name"),
        stage=document.text("stage", "write provider.stage"),
        region=document.text(
            "region", "set TENCENTCLOUD_REGION in .env, for example to ap-guangzhou"
        ),
        runtime=provider.text("runtime", "write Python3.10"),
        tags=_texts(provider.section("tags")),
        environment=environment,
        secrets=tuple(str(name) for _, name in provider.items("secrets")),
        logs=LogTopic(*logs) if logs else None,
        functions={
            key: _function(key, functions.section(key), environment) for key in functions.names()
        },
        package_path=Path(package.optional_text("path") or _DEFAULT_PACKAGE_PATH),
        settings_path=Path(settings) if settings else None,
    )


def _texts(section: Section) -> dict[str, str]:
    """Return the entries that are set, in alphabetical order."""
    values = {name: section.optional_text(name) for name in sorted(section.names())}
    return {name: value for name, value in values.items() if value}


def _both(section: Section, first: str, second: str, what: str = "both") -> list[str]:
    """Return two texts that belong together. Return none if neither is written."""
    texts = [section.optional_text(name) for name in (first, second)]
    if any(texts) and not all(texts):
        problem = f"needs {what}: write {first} and {second}, or neither"
        raise WrongConfiguration(section.where, problem)
    return texts if all(texts) else []


def _function(key: str, section: Section, environment: Mapping[str, str]) -> Function:
    section.expect(*FUNCTION_KEYS)
    queue = _both(section.section("deadLetterQueue").expect(*QUEUE_KEYS), *QUEUE_KEYS)
    return Function(
        key=key,
        memory_size=section.whole("memorySize", "write the memory in MB, for example 128"),
        timeout=section.whole("timeout", "write the seconds one run may take; SCF's default is 3"),
        role=section.text("role", "write the name of the CAM role it runs with"),
        retries=section.whole("retries", "write how often SCF repeats a failed event, 0 to 2"),
        event_age=section.whole("eventAge", "write the seconds SCF keeps an event, 21600 at most"),
        concurrency=section.optional_whole("concurrency"),
        dead_letter_queue=DeadLetterQueue(*queue) if queue else None,
        triggers=tuple(
            _trigger(where, event, environment) for where, event in section.items("events")
        ),
    )


def _trigger(where: str, event: object, environment: Mapping[str, str]) -> Trigger:
    section = Section(where, event)
    kind = ", ".join(section.names())
    if kind not in EVENT_KEYS:
        raise WrongConfiguration(
            where,
            f"is {kind or 'nothing'}; write one of cos, timer, cmq and url: url is a Function URL, "
            "and replaces the API Gateway, which Tencent has shut down",
        )
    fields = section.section(kind).expect(*EVENT_KEYS[kind])
    if kind == "url":
        return UrlTrigger(auth=fields.text("auth", "write NONE"))
    if kind == "cmq":
        return TopicTrigger(
            topic=fields.optional_text("topic") or environment.get("CALLBACK_MQ_NAME", "")
        )
    if kind == "timer":
        return TimerTrigger(
            name=fields.text("name", "write a name for the timer"),
            cron=fields.text("cron", "write seven fields, for example 0 */5 * * * * *"),
            message=fields.optional_text("message"),
        )
    return CosTrigger(
        bucket=fields.optional_text("bucket") or environment.get("INPUT_BUCKET", ""),
        event=fields.text("event", "write cos:ObjectCreated:*"),
        prefix=fields.optional_text("prefix")
        or environment.get("INPUT_PREFIX", DEFAULTS["INPUT_PREFIX"] or ""),
        suffix=fields.optional_text("suffix"),
    )
