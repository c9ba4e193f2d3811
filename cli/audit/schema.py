"""Whether results fit docs/result.schema.json: 5 ms each, so the answer is kept with the body."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from jsonschema import Draft202012Validator

from cli.index.bodies import Index
from shared.store import Listed

_PATH = Path(__file__).parents[2] / "docs" / "result.schema.json"


class ResultSchema:
    """The schema, and the index that knows what was held against it before."""

    def __init__(self, index: Index | None) -> None:
        text = _PATH.read_bytes()
        self._index = index
        self._edition = hashlib.sha256(text).hexdigest()[:16]
        self._validator = Draft202012Validator(json.loads(text))

    def problem(self, listed: Listed, result: object) -> str | None:
        """What is wrong with a result, in words that hold nothing of it; None if it fits."""
        note = self._index.note(listed) if self._index else None
        if note is not None and note.startswith(self._edition):
            return note[len(self._edition) :] or None
        problem = self._look(result)
        if self._index is not None:
            self._index.annotate(listed, f"{self._edition}{problem or ''}")
        return problem

    def _look(self, result: object) -> str | None:
        error = next(iter(self._validator.iter_errors(result)), None)
        return None if error is None else f"{error.json_path} {error.validator}"
