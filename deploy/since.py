"""`{P}state/since.json`: when the deployment began. Uploads before it are backfill's alone.

It is created once, before any trigger is; a sweep that found none would date it to its own time.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Final

from deploy.configuration.access import Access, functions_view
from deploy.configuration.environment import function_environment
from deploy.configuration.service import Service
from shared.log import Log
from shared.pipeline import Pipeline, state
from shared.runtime import open_pipeline

_FUNCTION: Final = "sweep"


class Beginning:
    """The object, as sweep itself would read and create it."""

    def __init__(self, access: Access, service: Service, environ: Mapping[str, str]) -> None:
        self._pipeline = to_be(access, service, environ)

    @property
    def name(self) -> str:
        """Its key in the output bucket."""
        return f"{self._pipeline.settings.output_prefix}state/{state.SINCE}"

    def exists(self) -> bool:
        """Whether it was created before.

        Raises:
            StorageFault: COS couldn't be asked.
        """
        return self._pipeline.store.exists(self.name)

    def create(self) -> str:
        """Create it unless it is there; returns the time it holds, RFC 3339 by COS's own Date.

        Raises:
            StorageFault: COS didn't do it.
        """
        return state.since(self._pipeline)


def to_be(access: Access, service: Service, environ: Mapping[str, str]) -> Pipeline:
    """The pipeline that sweep has once the service is deployed; raises as below."""
    return as_sweep(access, function_environment(service, _FUNCTION, environ, None))


def as_sweep(access: Access, environment: Mapping[str, str]) -> Pipeline:
    """The pipeline that sweep would have with an environment, and with the deployer's keys.

    Raises:
        ConfigurationError: a variable is missing or wrong.
    """
    log = Log(_FUNCTION, {}, "ERROR", write=_to_stderr)
    environ = {**environment, **functions_view(access)}
    return open_pipeline(_FUNCTION, log, submits=False, environ=environ)


def _to_stderr(line: str) -> None:
    sys.stderr.write(f"{line}\n")
