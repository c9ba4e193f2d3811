"""The pipeline that sweep has, opened with the deployer's keys."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Final

from deploy.configuration.access import Access, functions_view
from deploy.configuration.environment import function_environment
from deploy.configuration.service import Service
from shared.cloud import open_context
from shared.log import Log
from shared.pipeline.context import Context

_FUNCTION: Final = "sweep"


def wanted_pipeline(access: Access, service: Service, environ: Mapping[str, str]) -> Context:
    """Return the pipeline that sweep will have after the deployment; raises as below."""
    return sweep_pipeline(access, function_environment(service, _FUNCTION, environ, None))


def sweep_pipeline(access: Access, environment: Mapping[str, str]) -> Context:
    """Return the pipeline that sweep has with an environment.

    Raises:
        ConfigurationError: a variable is missing or wrong.
    """
    log = Log(_FUNCTION, {}, "ERROR", write=_to_stderr)
    environ = {**environment, **functions_view(access)}
    return open_context(_FUNCTION, log, submits=False, environ=environ)


def _to_stderr(line: str) -> None:
    sys.stderr.write(f"{line}\n")
