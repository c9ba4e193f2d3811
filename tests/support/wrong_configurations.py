"""The wrong configurations: each changes one thing and has the sentence it is refused with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from tests.support.serverless_yml import ENVIRON

_FOLDER = Path(__file__).parents[1] / "deploy/configuration/checks/wrong_configurations"


class WrongConfiguration(NamedTuple):
    """One change to serverless.yml, the environment or `.env`.

    `settings` is the text of `.env`; `framework` is what `sls` says where the framework or the
    plugin refuses it before Python does, whose `sentence` is empty where it is never reached.
    """

    name: str
    change: Mapping[str, Any]
    remove: tuple[str, ...]
    environ: Mapping[str, str]
    settings: str | None
    sentence: str
    framework: str | None


def _load(path: Path) -> WrongConfiguration:
    read = json.loads(path.read_text(encoding="utf-8"))
    return WrongConfiguration(
        path.stem,
        read.get("change", {}),
        tuple(read.get("remove", ())),
        {**ENVIRON, **read.get("environ", {})},
        read.get("settings"),
        read.get("sentence", ""),
        read.get("framework"),
    )


WRONG_CONFIGURATIONS = [_load(path) for path in sorted(_FOLDER.glob("*.json"))]
