"""The service of serverless.yml, resolved by the Serverless Framework, and its callback URL."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from cli.connect.environment import OURS, deployment_environment
from deploy.api.client import Api, TencentApi
from deploy.api.reply import Reply
from deploy.configuration.document import read_service
from deploy.configuration.environment import access_of
from deploy.configuration.service import CALLBACK, LogTopic, Service
from deploy.errors import AccountUnfit, NoAnswer, WrongConfiguration
from deploy.functions.logs import no_topic, topic_of
from deploy.functions.scf import Scf
from shared.settings.load import Settings, load

ROOT = Path(__file__).parents[2]
SECONDS = 120

_OF_THE_FRAMEWORK = {"name", "stage", "region"}


def read_deployed_service(environ: Mapping[str, str], stage: str | None) -> Service | None:
    """Return the service that `sls print` shows for these variables; None if it isn't installed.

    Raises:
        WrongConfiguration: serverless.yml can't be resolved.
    """
    text = printed(environ, stage)
    return None if text is None else service_of(text)


def printed(environ: Mapping[str, str], stage: str | None) -> str | None:
    """Return the resolved serverless.yml as JSON, which never holds a secret's value."""
    sls = ROOT / "node_modules" / ".bin" / "sls"
    if not sls.is_file():
        return None
    words = [str(sls), "print", "--format", "json", *(["--stage", stage] if stage else [])]
    try:
        done = subprocess.run(  # noqa: S603 — the project's own, with a stage's name
            words,
            cwd=ROOT,
            env={**os.environ, **_unset(), **environ},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    if done.returncode != 0:
        raise WrongConfiguration("serverless.yml", "can't be resolved; see what `sls print` says")
    return done.stdout


def _unset() -> dict[str, str]:
    """Return every setting, empty: `sls` then reads none from the clone's .env or the shell.

    But those whose defaults are serverless.yml's own.
    """
    return {name: "" for name in OURS if name not in {"INPUT_PREFIX", "TENCENTCLOUD_REGION"}}


def service_of(text: str) -> Service:
    """Return the service in what `sls print --format json` prints.

    Raises:
        WrongConfiguration: it isn't JSON, or isn't a service of ours.
    """
    try:
        shown = json.loads(text)
        provider, functions = shown["provider"], shown["functions"]
        document = {
            "service": shown["service"],
            "stage": provider["stage"],
            "region": provider["region"],
            "provider": _without(provider, _OF_THE_FRAMEWORK),
            "functions": {key: _without(one, {"name"}) for key, one in functions.items()},
        }
    except (ValueError, KeyError, TypeError, AttributeError):
        raise WrongConfiguration("serverless.yml", "has no provider or no functions") from None
    return read_service(json.dumps(document))


def _without(mapping: Mapping[str, object], names: set[str]) -> dict[str, object]:
    return {name: value for name, value in mapping.items() if name not in names}


class DeployedService(NamedTuple):
    """The service as SCF and CLS have it, asked with the operator's keys, without COS and CI."""

    service: Service
    settings: Settings
    api: Api

    @property
    def scf(self) -> Scf:
        """SCF of the service's region."""
        return Scf(self.api, time)

    def topics(self, keys: Sequence[str]) -> dict[str, LogTopic]:
        """Return where functions log, by their names in serverless.yml.

        Raises:
            NotDeployed: a function isn't there.
            RequestFailed: SCF couldn't be asked.
            AccountUnfit: this is a local cloud.
            WrongConfiguration: SCF names no topic of one.
        """
        found = {}
        for key in keys:
            name = self.service.function_name(key)
            topic = topic_of(self.scf, name)
            if topic is None:
                raise WrongConfiguration("provider.logs", no_topic(name))
            found[key] = topic
        return found


def open_service(env_file: Path | None, stage: str | None) -> DeployedService:
    """Open the service that `.env`, the environment and serverless.yml describe.

    Raises:
        ConfigurationError: a setting is missing or wrong; nothing has been sent.
        WrongConfiguration: serverless.yml can't be read here.
        AccountUnfit: nor is it needed, since this is a local cloud.
    """
    environ = deployment_environment(env_file, os.environ, stage)
    settings = load(environ, submits=False)
    api: Api = TencentApi(access_of(settings, environ), secrets=settings.callback_secrets)
    service = read_deployed_service(environ, stage)
    if settings.local_cloud is not None:
        if service is None:
            raise on_local_cloud(_LACKS)
        api = _LocalApi(api)
    if service is None:
        raise WrongConfiguration("serverless.yml", "can't be read before `npm ci`")
    return DeployedService(service, settings, api)


_LACKS = (
    "a local cloud has no SCF and no CLS: the terminal of `make up` shows what its functions log, "
    "and `card-ocr status` what needs attention"
)


class _LocalApi(NamedTuple):
    """The API where LOCAL_CLOUD is. Only a stand-in of a test answers there."""

    api: Api

    def call(self, service: str, action: str, parameters: Mapping[str, object]) -> Reply:
        """Carry out an action; see `Api`. Raises AccountUnfit if there is no such API."""
        try:
            return self.api.call(service, action, parameters)
        except NoAnswer:
            raise on_local_cloud(_LACKS) from None


def on_local_cloud(problem: str) -> AccountUnfit:
    """Return what to raise if a local cloud lacks what a command needs."""
    return AccountUnfit(f"{problem}; for a deployment, unset LOCAL_CLOUD")


_URL = "CALLBACK_URL"


def with_callback_url(environ: Mapping[str, str], stage: str | None) -> Mapping[str, str]:
    """Return the environment with the deployed callback function's URL, unless it names one.

    It isn't in .env: SCF makes it, and `sls deploy` gives it only to the functions.

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
