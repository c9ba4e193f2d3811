"""`{P}state/since.json`: when the deployment began. Uploads before it are backfill's alone.

It is created once, before any trigger is; a sweep that found none would date it to its own time.
"""

from __future__ import annotations

from collections.abc import Mapping

from deploy.bucket.pipeline import wanted_pipeline
from deploy.configuration.access import Access
from deploy.configuration.service import Service
from shared.pipeline import state


class Beginning:
    """The object, as sweep itself would read and create it."""

    def __init__(self, access: Access, service: Service, environ: Mapping[str, str]) -> None:
        self._context = wanted_pipeline(access, service, environ)

    @property
    def name(self) -> str:
        """Its key in the output bucket."""
        return f"{self._context.settings.output_prefix}state/{state.SINCE}"

    def exists(self) -> bool:
        """Whether it was created before.

        Raises:
            StorageFault: COS couldn't be asked.
        """
        return self._context.store.exists(self.name)

    def create(self) -> str:
        """Create it unless it is there; returns the time it holds, RFC 3339 by COS's own Date.

        Raises:
            StorageFault: COS didn't do it.
        """
        return state.since(self._context)
