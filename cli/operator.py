"""The pipeline as an operator's machine runs it: the cloud's own, with the operator's API keys."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from cli.callback_address import with_callback_url
from cli.environment import deployment_environment
from cli.output import say
from shared.cloud import open_context
from shared.documents import Deliverer
from shared.log import Log
from shared.pipeline.context import Context


def open_operator_context(
    deliverer: Deliverer,
    env_file: Path | None,
    stage: str | None,
    *,
    verbose: bool,
    submits: bool = False,
) -> Context:
    """The pipeline with this deployment's settings; only one that `submits` needs CALLBACK_URL.

    Raises:
        ConfigurationError: a setting is missing or wrong; nothing has been sent.
        DeployError: it submits, and where CI is to call back can't be asked for.
    """
    environ: Mapping[str, str] = deployment_environment(env_file, os.environ, stage)
    if submits:
        environ = with_callback_url(environ, stage)
    log = Log(deliverer, {}, "DEBUG" if verbose else "ERROR", write=say)
    return open_context(deliverer, log, submits=submits, environ=environ)
