"""Everything that the bucket holds of one card, and the order in which it can be deleted.

The photograph goes first: from then on nobody begins a job for it. Then what is pending, and only
then the results: a pending object without its result would have sweep fetch it again.
"""

from __future__ import annotations

from typing import NamedTuple

from cli.input_bucket import InputBucket
from cli.standing import listed_under
from shared.errors import ConfigurationError
from shared.pipeline import Pipeline
from shared.store.layout import (
    name_of_key,
    parse_pending_name,
    parse_result_name,
    pending_folder,
    results_folder,
)


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

    def traces(self) -> Traces:
        """What the bucket holds of it now."""
        store = self._pipeline.store
        is_there = store.head_source(self._key) is not None
        kept = self._bucket.kept_versions(self._key)
        return Traces(max(kept, int(is_there)), self.pending(), self._results())

    def pending(self) -> tuple[str, ...]:
        """Its pending objects, of every version."""
        return pending_of(self._pipeline, name_of_key(self._key))

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
        prefix, name = self._pipeline.settings.output_prefix, name_of_key(self._key)
        listed = listed_under(self._pipeline.store, f"{results_folder(prefix)}{name}.")
        parsed = ((one.key, parse_result_name(prefix, one.key)) for one in listed)
        return tuple(found for found, of in parsed if of is not None and of.key == name)


def pending_of(pipeline: Pipeline, name: str) -> tuple[str, ...]:
    """The pending objects of a card, by how its key stands in names."""
    prefix = pipeline.settings.output_prefix
    listed = listed_under(pipeline.store, f"{pending_folder(prefix)}{name}.")
    parsed = ((one.key, parse_pending_name(prefix, one.key)) for one in listed)
    return tuple(found for found, of in parsed if of is not None and of.key == name)
