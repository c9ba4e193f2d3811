"""Reads the JSON document in which the plugin hands over the resolved serverless.yml.

    {"service": "card-ocr", "stage": "prod", "region": "ap-guangzhou",
     "provider": {"runtime": "Python3.10", "environment": {"INPUT_BUCKET": "cards-1250000000", …}},
     "functions": {"submit": {"memorySize": 128, "events": [{"cos": {…}}], …}, …},
     "package": {"path": ".serverless"}}

Only the form is looked at here; what the values may be is the checks' business.
"""

from __future__ import annotations

import json
from pathlib import Path

from deploy.errors import WrongConfiguration
from deploy.service import (
    CosTrigger,
    DeadLetterQueue,
    Function,
    LogTopic,
    Service,
    TimerTrigger,
    Trigger,
    UrlTrigger,
)
from deploy.table import Table

_DEFAULT_PACKAGE_PATH = ".serverless"


def read_service(text: str) -> Service:
    """The service in the document.

    Raises:
        WrongConfiguration: the text is no JSON, a key is missing or unknown, or a value is of the
            wrong kind.
    """
    try:
        value = json.loads(text)
    except ValueError:
        raise WrongConfiguration(
            "standard input", "is no JSON; the plugin in deploy/plugin writes it, run `sls` instead"
        ) from None
    document = Table("", value)
    provider, package = document.table("provider"), document.table("package")
    service = Service(
        name=document.text("service", "write the service's name"),
        stage=document.text("stage", "write provider.stage"),
        region=document.text("region", "write provider.region"),
        runtime=provider.text("runtime", "write Python3.10"),
        tags=_texts(provider.table("tags")),
        environment=_texts(provider.table("environment")),
        secrets=tuple(str(name) for _, name in provider.items("secrets")),
        logs=_log_topic(provider.table("logs")),
        functions=_functions(document.table("functions")),
        package_path=Path(package.optional_text("path") or _DEFAULT_PACKAGE_PATH),
    )
    for table in (provider, package, document):
        table.end()
    return service


def _texts(table: Table) -> dict[str, str]:
    """The entries that are set, in alphabetical order."""
    values = {name: table.optional_text(name) for name in sorted(table.names())}
    return {name: value for name, value in values.items() if value}


def _log_topic(table: Table) -> LogTopic | None:
    topic = LogTopic(table.optional_text("logset"), table.optional_text("topic"))
    table.end()
    if not any(topic):
        return None
    if not all(topic):
        raise WrongConfiguration(table.where, "needs both ids: write logset and topic, or neither")
    return topic


def _functions(table: Table) -> dict[str, Function]:
    return {name: _function(name, table.table(name)) for name in table.names()}


def _function(key: str, table: Table) -> Function:
    function = Function(
        key=key,
        memory_size=table.whole("memorySize", "write the memory in MB, 128 for instance"),
        timeout=table.whole("timeout", "write the seconds one run may take; SCF's default is 3"),
        role=table.text("role", "write the name of the CAM role it runs with"),
        retries=table.whole("retries", "write how often SCF repeats a failed event, 0 to 2"),
        event_age=table.whole("eventAge", "write the seconds SCF keeps an event, 21600 at most"),
        concurrency=table.optional_whole("concurrency"),
        dead_letter_queue=_dead_letter_queue(table.table("deadLetterQueue")),
        triggers=tuple(_trigger(where, event) for where, event in table.items("events")),
    )
    table.end()
    return function


def _dead_letter_queue(table: Table) -> DeadLetterQueue | None:
    queue = DeadLetterQueue(table.optional_text("type"), table.optional_text("name"))
    table.end()
    if not any(queue):
        return None
    if not all(queue):
        raise WrongConfiguration(table.where, "needs both: write type and name, or neither")
    return queue


def _trigger(where: str, event: object) -> Trigger:
    kinds = {"cos": _cos, "url": _url, "timer": _timer}
    table = Table(where, event)
    if len(table.names()) != 1 or table.names()[0] not in kinds:
        kind = ", ".join(table.names()) or "nothing"
        raise WrongConfiguration(
            where,
            f"is {kind}; write one of cos, timer and url, where url is a Function URL and takes "
            "the place of the API Gateway, which Tencent has shut down",
        )
    kind = table.names()[0]
    fields = table.table(kind)
    trigger = kinds[kind](fields)
    fields.end()
    return trigger


def _cos(table: Table) -> Trigger:
    return CosTrigger(
        bucket=table.optional_text("bucket"),
        event=table.text("event", "write cos:ObjectCreated:*"),
        prefix=table.text("prefix", "write the same as INPUT_PREFIX"),
        suffix=table.optional_text("suffix"),
    )


def _url(table: Table) -> Trigger:
    return UrlTrigger(auth=table.text("auth", "write NONE"))


def _timer(table: Table) -> Trigger:
    return TimerTrigger(
        name=table.text("name", "write a name for the timer"),
        cron=table.text("cron", "write seven fields, 0 */5 * * * * * for instance"),
        message=table.optional_text("message"),
    )
