"""Where CI is to call back, for jobs that an operator's machine sends."""

from __future__ import annotations

import time
from collections.abc import Mapping

from cli.service import read_deployed_service
from deploy.api.client import TencentApi
from deploy.configuration.access import access_of
from deploy.configuration.service import CALLBACK
from deploy.functions.scf import Scf
from shared.settings.load import load

_URL = "CALLBACK_URL"


def with_callback_url(environ: Mapping[str, str], stage: str | None) -> Mapping[str, str]:
    """The environment with the address of the deployed callback function, unless it names one.

    Nobody writes it into .env: SCF makes it, and `sls deploy` hands it to the functions alone.

    Raises:
        RequestFailed: SCF couldn't be asked.
        WrongConfiguration: serverless.yml can't be resolved.
    """
    settings = load(environ, submits=False)
    if environ.get(_URL) or settings.callback.type != "URL":
        return environ
    service = read_deployed_service(environ, stage)
    if service is None:  # there is no Node.js; a command that needs the setting says so
        return environ
    access = access_of(settings, environ)
    scf = Scf(TencentApi(access, secrets=settings.callback_secrets), time)
    found = scf.find(service.function_name(CALLBACK), settled=False)
    return environ if found is None or found.url is None else {**environ, _URL: found.url}
