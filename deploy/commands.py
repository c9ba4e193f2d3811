"""The commands of `python -m deploy`, each with the flags it takes."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from deploy.package import package
from deploy.service import Service


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

COMMANDS: Mapping[str, Command] = {
    "package": Command(package, "check the configuration and make the zips"),
}
