"""A deployment as an operator's machine reaches it, with the operator's API keys.

`open_deployment` gives the account's API, CAM, CI and COS. `open_operator_context` gives the
pipeline, as the functions run it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from cli.connect.environment import deployment_environment
from cli.connect.service import with_callback_url
from cli.terminal.options import CommonOptions
from cli.terminal.output import say
from deploy.api.ci import Ci
from deploy.api.client import Api, TencentApi
from deploy.configuration.environment import access_of
from deploy.roles.cam import Cam
from shared.cloud import Cloud, connect, open_context
from shared.log import Log
from shared.pipeline.context import Context
from shared.settings.load import Settings, load


class Deployment(NamedTuple):
    """A deployment as its operator sees it. `environ` is what its settings were read from."""

    environ: Mapping[str, str]
    settings: Settings
    api: Api
    cloud: Cloud

    @property
    def cam(self) -> Cam:
        """The account's roles and policies."""
        return Cam(self.api)

    @property
    def ci(self) -> Ci:
        """CI of the input bucket."""
        return Ci(self.cloud.idempotent, self.settings.region, self.settings.input_bucket)

    def __repr__(self) -> str:
        """Hide the values: secrets are among them."""
        return "Deployment(…)"


def open_deployment(env_file: Path | None, stage: str | None) -> Deployment:
    """Open the deployment that `.env` and the environment describe.

    Raises:
        ConfigurationError: a setting is missing or wrong; nothing has been sent.
    """
    environ = deployment_environment(env_file, os.environ, stage)
    settings = load(environ, submits=False)
    access = access_of(settings, environ)
    api = TencentApi(access, secrets=settings.callback_secrets)
    return Deployment(environ, settings, api, connect(settings))


def open_operator_context(common: CommonOptions, *, submits: bool = False) -> Context:
    """Open the pipeline with a deployment's settings. Only if it `submits`, it needs CALLBACK_URL.

    What it writes of a card counts as sweep's.

    Raises:
        ConfigurationError: a setting is missing or wrong; nothing has been sent.
        DeployError: it submits, and where CI is to call back can't be asked for.
    """
    stage = common.stage
    environ: Mapping[str, str] = deployment_environment(common.env_file, os.environ, stage)
    if submits:
        environ = with_callback_url(environ, stage)
    log = Log("sweep", {}, "DEBUG" if common.verbose else "ERROR", write=say)
    return open_context("sweep", log, submits=submits, environ=environ)
