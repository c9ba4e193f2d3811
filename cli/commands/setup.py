from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from typing import Annotated

import typer

from cli.connect.deployment import Deployment, open_deployment
from cli.connect.environment import deployment_environment
from cli.connect.service import on_local_cloud, read_deployed_service
from cli.terminal.options import NEEDS_ATTENTION, EnvFile, Stage, Yes
from cli.terminal.output import say, show
from cli.terminal.question import agreed, say_place
from deploy.api.waiting import wait
from deploy.errors import NoAnswer, NotReady, WrongConfiguration
from deploy.roles.cam import missing_console_roles
from deploy.roles.grants import Scope
from deploy.roles.wanted import WantedRole, role_names, wanted_roles
from deploy.setup import Change, changes, on_paper
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


def setup(
    *,
    dry_run: DryRun = False,
    print_: Print = False,
    account: Account = None,
    yes: Yes = False,
    env_file: EnvFile = None,
    stage: Stage = None,
) -> None:
    """Make the roles of the functions, and set up CI for the bucket.

    The roles have the names of serverless.yml, and each stage has its own. It says first what it
    will change. It changes only what it made itself.
    """
    if print_ and account is not None:  # no key is used, so none is asked for
        environ = deployment_environment(env_file, os.environ, stage, needs_key=False)
        _print(environ, account, stage)
        return
    deployment = open_deployment(env_file, stage)
    _refuse_local_cloud(deployment)
    if print_:
        _print(deployment.environ, account or deployment.cam.account(), stage)
        return
    say_place(deployment.settings)
    _set_up(deployment, account or deployment.cam.account(), stage, dry_run=dry_run, yes=yes)


def _refuse_local_cloud(deployment: Deployment) -> None:
    """Refuse a local cloud, which stands in only for COS and CI. Doctor does so too."""
    if deployment.settings.local_cloud is None:
        return
    try:
        deployment.cam.account()
    except NoAnswer:
        raise on_local_cloud("a local cloud has no roles to make and no CI to bind") from None


def _print(environ: Mapping[str, str], account: str, stage: str | None) -> None:
    scope = Scope.of(load(environ, submits=False), account)
    show(on_paper(scope, _roles(scope, environ, stage)))


def _set_up(
    deployment: Deployment, account: str, stage: str | None, *, dry_run: bool, yes: bool
) -> None:
    roles = _roles(Scope.of(deployment.settings, account), deployment.environ, stage)
    missing = missing_console_roles(deployment.cam)
    planned = _planned(deployment, roles)
    for change in planned:
        show(change.says)
    if not planned and not missing:
        show("Nothing to do: the roles and CI are as they should be.")
    does = bool(planned) and not dry_run
    if does and agreed(deployment.settings, "Do this now?", yes=yes):
        for change in planned:
            say(f"… {change.says}")
            change.do()
        _see_done(deployment, roles, {change.says for change in planned})
    for role in missing:
        show(role.advice)
    if missing:
        raise typer.Exit(NEEDS_ATTENTION)


def _planned(deployment: Deployment, roles: Sequence[WantedRole]) -> list[Change]:
    return changes(deployment.cam, deployment.ci, roles, deployment.settings.queue_id)


def _see_done(deployment: Deployment, roles: Sequence[WantedRole], done: set[str]) -> None:
    """Wait until CAM and CI show the changes, since `sls deploy` reads them next."""
    problem = "CAM and CI do not show every change yet"

    def rest() -> list[Change] | None:
        nonlocal problem
        try:
            planned = _planned(deployment, roles)
        except (NotReady, WrongConfiguration) as error:  # a queue that was just made
            problem = str(error)
            return None
        return None if any(change.says in done for change in planned) else planned

    further = wait(time, rest, lambda: problem)
    for change in further:
        show(f"{change.says}: run the same command again for it")
    show("Done.")


def _roles(scope: Scope, environ: Mapping[str, str], stage: str | None) -> tuple[WantedRole, ...]:
    service = read_deployed_service(environ, stage)
    if service is None:
        say("serverless.yml can't be read before `npm ci`: the roles are named as it came.")
    return wanted_roles(scope, role_names(service, stage))
