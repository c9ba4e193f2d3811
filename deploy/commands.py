"""The commands of `python -m deploy`, each with the flags it takes."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from deploy.configuration.service import Service
from deploy.deploying import deploy, deploy_function, remove
from deploy.information import info
from deploy.invoking import invoke
from deploy.invoking_locally import invoke_locally
from deploy.logs import logs
from deploy.package import package


class Command(NamedTuple):
    """`run` gets the service and the flags as argparse names them; it raises CardOcrError."""

    run: Callable[[Service, argparse.Namespace], None]
    meaning: str
    flags: tuple[str, ...] = ()


FLAGS: Mapping[str, Mapping[str, Any]] = {
    "--dry-run": {"action": "store_true", "help": "say what would change and change nothing"},
    "--function": {"required": True, "help": "its name in serverless.yml"},
    "--data": {"help": "the event, as JSON"},
    "--path": {"help": "a file that holds the event, as JSON"},
}

_EVENT = ("--function", "--data", "--path")

COMMANDS: Mapping[str, Command] = {
    "package": Command(
        lambda service, _: package(service), "check the configuration and make the zips"
    ),
    "deploy": Command(deploy, "bring the cloud to what serverless.yml says", ("--dry-run",)),
    "deploy-function": Command(
        deploy_function, "bring one function to what serverless.yml says", ("--function",)
    ),
    "info": Command(info, "show what is deployed"),
    "invoke": Command(invoke, "run a deployed function on an event", _EVENT),
    "invoke-local": Command(invoke_locally, "run a function of the repository here", _EVENT),
    "logs": Command(logs, "show what a function logged", ("--function",)),
    "remove": Command(remove, "delete the functions and their triggers", ("--dry-run",)),
}
