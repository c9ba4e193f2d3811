from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Annotated

import typer

from cli.deployment import Deployment, open_deployment
from cli.environment import deployment_environment
from cli.options import EnvFile, Yes
from cli.output import say, show
from cli.service import read_deployed_service
from deploy.configuration.access import SECRET_ID, SECRET_KEY
from deploy.roles.scope import Scope
from deploy.roles.wanted import WantedRole, role_names, wanted_roles
from deploy.setup.changes import changes
from deploy.setup.on_paper import on_paper
from shared.settings.load import load

DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would change; change nothing.")]
Print = Annotated[
    bool,
    typer.Option("--print", help="Print policies and commands for an administrator; send nothing."),
]
Account = Annotated[
    str | None,
    typer.Option(help="The account's number (UIN); with --print no API key is needed then."),
]
Stage = Annotated[
    str | None, typer.Option(help="The stage to be deployed; serverless.yml's own else.")
]


def setup(
    *,
    dry_run: DryRun = False,
    print_: Print = False,
    account: Account = None,
    stage: Stage = None,
    yes: Yes = False,
    env_file: EnvFile = None,
) -> None:
    """Make the roles of the functions, and have CI serve the bucket.

    The roles are named as in serverless.yml, for each stage its own. It says first what it will
    change. It changes only what it made itself.
    """
    if print_ and account is not None:  # no key is used, so none is asked for
        without_keys = {**os.environ, SECRET_ID: "unused", SECRET_KEY: "unused"}
        _print(deployment_environment(env_file, without_keys), account, stage)
        return
    deployment = open_deployment(env_file)
    if print_:
        _print(deployment.environ, account or deployment.cam.account(), stage)
        return
    _set_up(deployment, account or deployment.cam.account(), stage, dry_run=dry_run, yes=yes)


def _print(environ: Mapping[str, str], account: str, stage: str | None) -> None:
    scope = Scope.of(load(environ, submits=False), account)
    show(on_paper(scope, _roles(scope, environ, stage)))


def _set_up(
    deployment: Deployment, account: str, stage: str | None, *, dry_run: bool, yes: bool
) -> None:
    roles = _roles(Scope.of(deployment.settings, account), deployment.environ, stage)
    planned = changes(deployment.cam, deployment.ci, roles, deployment.settings.queue_id)
    if not planned:
        show("Nothing to do: the roles and CI are as they should be.")
        return
    for change in planned:
        show(change.says)
    if dry_run or not (yes or typer.confirm("Do this now?", err=True)):
        return
    for change in planned:
        say(f"… {change.says}")
        change.do()
    show("Done.")


def _roles(scope: Scope, environ: Mapping[str, str], stage: str | None) -> tuple[WantedRole, ...]:
    service = read_deployed_service(environ, stage)
    if service is None:
        say("serverless.yml can't be read before `npm ci`: the roles are named as it came.")
    return wanted_roles(scope, role_names(service, stage))
