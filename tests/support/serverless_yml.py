"""serverless.yml as the Serverless Framework resolves it, for tests that run without Node.

A test that has Node compares the two.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).parents[2] / "serverless.yml"

_VARIABLE = re.compile(r"\$\{(env|opt):(\w+), '([^']*)'\}")


def resolved(environ: Mapping[str, str]) -> dict[str, Any]:
    """What `sls print` would say with these variables and no option."""

    def value(match: re.Match[str]) -> str:
        kind, name, default = match.groups()
        return (environ.get(name) if kind == "env" else None) or default

    document: dict[str, Any] = _mapped(yaml.safe_load(FILE.read_text(encoding="utf-8")), value)
    for key, function in document["functions"].items():
        function["name"] = f"{document['service']}-{document['provider']['stage']}-{key}"
    return document


def _mapped(node: Any, value: Any) -> Any:
    if isinstance(node, dict):
        return {key: _mapped(child, value) for key, child in node.items()}
    if isinstance(node, list):
        return [_mapped(child, value) for child in node]
    return _VARIABLE.sub(value, node) if isinstance(node, str) else node
