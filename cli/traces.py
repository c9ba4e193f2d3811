"""Everything that the bucket holds of one card."""

from __future__ import annotations

from typing import NamedTuple

from cli.card_objects import pending_of, results_of
from cli.input_bucket import InputBucket
from cli.refusals import is_there
from shared.errors import ConfigurationError
from shared.pipeline.context import Context
from shared.store.layout import name_of_key


class Traces(NamedTuple):
    """What there is: `photos` counts the contents that versioning keeps, or the one there."""

    photos: int
    pending: tuple[str, ...]
    results: tuple[str, ...]

    def __bool__(self) -> bool:
        """Whether there is anything."""
        return bool(self.photos or self.pending or self.results)


class CardData:
    """One card of this deployment, by its key.

    Raises:
        ConfigurationError: the key is no card's.
    """

    def __init__(self, context: Context, key: str) -> None:
        if not key.startswith(context.settings.input_prefix):
            raise ConfigurationError(
                "KEY", f"only keys under {context.settings.input_prefix} are cards"
            )
        self._context = context
        self._bucket = InputBucket(context.settings)
        self._key = key
        self._prefix = context.settings.output_prefix

    def traces(self) -> Traces:
        """What the bucket holds of it now."""
        store = self._context.store
        has_photo = is_there(store, self._key)
        kept = self._bucket.kept_versions(self._key)
        return Traces(max(kept, int(has_photo)), self.pending(), self._results())

    def pending(self) -> tuple[str, ...]:
        """Its pending objects, of every version."""
        found = pending_of(self._context.store, self._prefix, name_of_key(self._key))
        return tuple(one.listed.key for one in found)

    def delete_photo(self) -> None:
        """Delete the photo, and what versioning kept of it."""
        self._bucket.delete_every_version(self._key)

    def _results(self) -> tuple[str, ...]:
        found = results_of(self._context.store, self._prefix, name_of_key(self._key))
        return tuple(one.listed.key for one in found)
