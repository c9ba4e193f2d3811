"""Everything that the bucket holds of one card, and the order in which it can be deleted.

The photograph goes first: from then on nobody begins a job for it. Then what is pending, and only
then the results: a pending object without its result would have sweep fetch it again.
"""

from __future__ import annotations

from typing import NamedTuple

from cli.card_objects import pending_of, results_of
from cli.input_bucket import InputBucket
from shared.errors import ConfigurationError
from shared.pipeline import Pipeline
from shared.store.layout import name_of_key


class Traces(NamedTuple):
    """What there is: `photographs` counts the contents that versioning keeps, or the one there."""

    photographs: int
    pending: tuple[str, ...]
    results: tuple[str, ...]

    def __bool__(self) -> bool:
        """Whether there is anything."""
        return bool(self.photographs or self.pending or self.results)


class Card:
    """One card of this deployment, by its key.

    Raises:
        ConfigurationError: the key is no card's.
    """

    def __init__(self, pipeline: Pipeline, key: str) -> None:
        if not key.startswith(pipeline.settings.input_prefix):
            raise ConfigurationError(
                "KEY", f"only keys under {pipeline.settings.input_prefix} are cards"
            )
        self._pipeline = pipeline
        self._bucket = InputBucket(pipeline.settings)
        self._key = key
        self._prefix = pipeline.settings.output_prefix

    def traces(self) -> Traces:
        """What the bucket holds of it now."""
        store = self._pipeline.store
        is_there = store.head_source(self._key) is not None
        kept = self._bucket.kept_versions(self._key)
        return Traces(max(kept, int(is_there)), self.pending(), self._results())

    def pending(self) -> tuple[str, ...]:
        """Its pending objects, of every version."""
        found = pending_of(self._pipeline.store, self._prefix, name_of_key(self._key))
        return tuple(one.listed.key for one in found)

    def delete_photograph(self) -> None:
        """Delete the photograph, and what versioning kept of it."""
        self._bucket.delete_every_version(self._key)

    def delete_objects(self) -> None:
        """Delete what is pending, then the results."""
        for name in self.pending():
            self._pipeline.store.delete(name)
        for name in self._results():
            self._pipeline.store.delete(name)

    def _results(self) -> tuple[str, ...]:
        found = results_of(self._pipeline.store, self._prefix, name_of_key(self._key))
        return tuple(one.listed.key for one in found)
