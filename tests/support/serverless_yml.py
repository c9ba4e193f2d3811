"""serverless.yml as the plugin hands it over, with changes, for tests without Node."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.support.environment import BUCKET, SECRET

ROOT = Path(__file__).parents[2]
ENVIRON = {"INPUT_BUCKET": BUCKET, "CALLBACK_SECRET": SECRET}
"""The least that a user sets."""

_VARIABLE = re.compile(
    r"\$\{(?:(?:env|opt):(?P<name>\w+), '(?P<default>[^']*)'|(?P<itself>self:[\w.]+))\}"
)


def configuration(
    change: Mapping[str, Any] | None = None, remove: Sequence[str] = ()
) -> dict[str, Any]:
    """The repository's serverless.yml, with values set at and removed from dotted paths."""
    read = deepcopy(_read())
    for path, value in (change or {}).items():
        holder, key = _holder(read, path)
        holder[key] = deepcopy(value)
    for path in remove:
        holder, key = _holder(read, path)
        del holder[key]
    return read


@cache
def _read() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((ROOT / "serverless.yml").read_text(encoding="utf-8"))
    return read


def document(
    change: Mapping[str, Any] | None = None,
    environ: Mapping[str, str] = ENVIRON,
    remove: Sequence[str] = (),
    settings: Path | None = None,
) -> str:
    """The document that reaches `python -m deploy`, with the path of `.env` if there is one."""
    read = configuration(change, remove)
    stage = _resolved(read["provider"]["stage"], environ)
    names = {"self:service": read["service"], "self:provider.stage": stage}
    read = _resolved(read, {**environ, **names})
    provider = read["provider"]
    apart = ("name", "stage", "region")
    return json.dumps(
        {
            "service": read["service"],
            "stage": provider["stage"],
            "region": provider["region"],
            "provider": {key: value for key, value in provider.items() if key not in apart},
            "functions": read["functions"],
            "package": {"path": ".serverless"},
            "settings": {"path": str(settings or "")},
        }
    )


def _holder(read: Any, path: str) -> tuple[Any, Any]:
    """The mapping or list that holds what a path names, and its key there."""
    *above, last = path.split(".")
    for name in above:
        read = read[int(name) if isinstance(read, list) else name]
    return read, int(last) if isinstance(read, list) else last


def _resolved(value: Any, environ: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _resolved(inner, environ) for key, inner in value.items()}
    if isinstance(value, list):
        return [_resolved(inner, environ) for inner in value]
    if not isinstance(value, str):
        return value
    return _VARIABLE.sub(
        lambda match: environ.get(match["itself"] or match["name"], match["default"]), value
    )
