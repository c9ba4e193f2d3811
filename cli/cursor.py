"""Where a long piece of work stands, as an object below `P state/`, for the next run to go on from.

    {"choice": …, "began": …, "after": …}

`choice` is a digest of what was asked for, and the object's name: another call has a place of its
own, and its end drops no other's.
"""

from __future__ import annotations

from typing import NamedTuple

from cli.documents import note_of
from cli.listing import pages
from shared.pipeline.context import Context
from shared.pipeline.state import drop, save
from shared.times import is_rfc3339, rfc3339

_ABANDONED_SECONDS = 30 * 86_400  # without its place a run begins anew, which does no harm


class CursorPlace(NamedTuple):
    """How far it is; `began` is when, by COS's clock, RFC 3339.

    `resumed`: by a run that was interrupted.
    """

    began: str
    after: str | None = None
    resumed: bool = False


class Cursor:
    """The place of one choice's work. Two that do the same at once overwrite each other's."""

    def __init__(self, context: Context, command: str, choice: str) -> None:
        self._context = context
        self._command = command
        self._name = f"{command}/{choice}.json"
        self._choice = choice

    def place(self, *, anew: bool = False) -> CursorPlace:
        """Where an interrupted run of the same choice stopped, else the start."""
        found = {} if anew else note_of(self._context, self._name)
        began, after = found.get("began"), found.get("after")
        if found.get("choice") == self._choice and is_rfc3339(began):
            return CursorPlace(str(began), after if isinstance(after, str) else None, resumed=True)
        return CursorPlace(self._cos_time())

    def keep(self, place: CursorPlace) -> None:
        """Remember how far it is."""
        where = {"began": place.began, "after": place.after}
        save(self._context, self._name, {"choice": self._choice, **where})

    def forget(self) -> None:
        """It is done; so are places of the same command that nobody came back to in a month."""
        drop(self._context, self._name)
        folder = f"{self._context.settings.output_prefix}state/{self._command}/"
        for page in pages(self._context.store.list_objects, folder):
            for listed in page.objects:
                if page.at - listed.last_modified > _ABANDONED_SECONDS:
                    self._context.store.delete(listed.key)

    def _cos_time(self) -> str:
        """Now, by the Date of a listing of nothing."""
        folder = f"{self._context.settings.output_prefix}state/{self._name}"
        return rfc3339(self._context.store.list_objects(folder, None).at)
