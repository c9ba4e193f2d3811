"""How far backfill or rerun is: an object below `P state/`, for the next call to go on from.

    {"choice": …, "began": …, "after": …}

`choice` is a digest of the call's arguments, and is also the object's name. So a call with other
arguments has another object.
"""

from __future__ import annotations

from typing import NamedTuple

from cli.bucket.documents import note_of
from cli.bucket.listing import pages
from shared.pipeline.context import Context
from shared.pipeline.state import drop, save
from shared.times import is_rfc3339, rfc3339

_ABANDONED_SECONDS = 30 * 86_400  # without its cursor a call begins anew, which does no harm


class CursorPlace(NamedTuple):
    """A place to go on from. `began` is when the first call began, RFC 3339, COS's clock.

    `resumed`: a call that was interrupted left it.
    """

    began: str
    after: str | None = None
    resumed: bool = False


class Cursor:
    """The cursor of one choice. Two calls with the same choice at once overwrite each other's."""

    def __init__(self, context: Context, command: str, choice: str) -> None:
        self._context = context
        self._command = command
        self._name = f"{command}/{choice}.json"
        self._choice = choice

    def place(self, *, anew: bool = False) -> CursorPlace:
        """Return the place at which an interrupted call with this choice stopped, or the start."""
        found = {} if anew else note_of(self._context, self._name)
        began, after = found.get("began"), found.get("after")
        if found.get("choice") == self._choice and is_rfc3339(began):
            return CursorPlace(str(began), after if isinstance(after, str) else None, resumed=True)
        return CursorPlace(self._cos_time())

    def keep(self, place: CursorPlace) -> None:
        """Note how far it is."""
        where = {"began": place.began, "after": place.after}
        save(self._context, self._name, {"choice": self._choice, **where})

    def forget(self) -> None:
        """Drop the cursor, and those of the same command that weren't used for a month."""
        drop(self._context, self._name)
        folder = f"{self._context.settings.output_prefix}state/{self._command}/"
        for page in pages(self._context.store.list_objects, folder):
            for listed in page.objects:
                if page.at - listed.last_modified > _ABANDONED_SECONDS:
                    self._context.store.delete(listed.key)

    def _cos_time(self) -> str:
        """Return the time by COS's clock, from the Date of an empty listing."""
        folder = f"{self._context.settings.output_prefix}state/{self._name}"
        return rfc3339(self._context.store.list_objects(folder, None).at)
