"""The pipeline as an operator's machine runs it: the cloud's own, with the operator's API keys."""

from __future__ import annotations

import os
from pathlib import Path

from cli.environment import deployment_environment
from cli.output import say
from shared.documents import Deliverer
from shared.log import Log
from shared.pipeline import Pipeline
from shared.runtime import open_pipeline


def open_operator_pipeline(
    deliverer: Deliverer, env_file: Path | None, *, verbose: bool
) -> Pipeline:
    """The pipeline with this deployment's settings.

    Raises:
        ConfigurationError: a setting is missing or wrong; nothing has been sent.
    """
    environ = deployment_environment(env_file, os.environ)
    log = Log(deliverer, {}, "DEBUG" if verbose else "ERROR", write=say)
    return open_pipeline(deliverer, log, submits=True, environ=environ)
