"""The wrong configurations: each changes one thing and has the sentence it is refused with."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from tests.support.serverless_yml import ENVIRON


class WrongCase(NamedTuple):
    """One change to serverless.yml, the environment or `.env`; the YAML file says what is what."""

    name: str
    change: Mapping[str, Any]
    remove: tuple[str, ...]
    environ: Mapping[str, str]
    settings: str | None
    sentence: str
    framework: str | None


def _load(name: str, read: Mapping[str, Any]) -> WrongCase:
    return WrongCase(
        name,
        read.get("change", {}),
        tuple(read.get("remove", ())),
        {**ENVIRON, **read.get("environ", {})},
        read.get("settings"),
        read.get("sentence", ""),
        read.get("framework"),
    )


_TABLE = yaml.safe_load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))
WRONG_CONFIGURATIONS = [_load(name, read) for name, read in _TABLE.items()]
