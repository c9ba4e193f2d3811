from __future__ import annotations

from typing import Annotated

import typer

from cli.deployment import open_deployment
from cli.options import EnvFile, Yes
from cli.output import say, show
from deploy.roles.scope import Scope
from deploy.roles.wanted import DEFAULT_PREFIX, wanted_roles
from deploy.setup.on_paper import on_paper
from deploy.setup.plan import plan

DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would change; change nothing.")]
Print = Annotated[
    bool,
    typer.Option("--print", help="Print policies and commands for an administrator; send nothing."),
]
Account = Annotated[
    str | None,
    typer.Option(help="The account's number (UIN), for --print without asking who the keys are."),
]
RolePrefix = Annotated[
    str, typer.Option(help="What the names of the roles and policies begin with.")
]


def setup(
    *,
    dry_run: DryRun = False,
    print_: Print = False,
    account: Account = None,
    role_prefix: RolePrefix = DEFAULT_PREFIX,
    yes: Yes = False,
    env_file: EnvFile = None,
) -> None:
    """Make the roles of the functions, and have CI serve the bucket.

    It says first what it will change. It changes only what it made itself.
    """
    deployment = open_deployment(env_file)
    settings = deployment.settings
    scope = Scope.of(settings, account or deployment.cam.account())
    roles = wanted_roles(scope, role_prefix)
    if print_:
        show(on_paper(scope, roles))
        return
    steps = plan(deployment.cam, deployment.ci, roles, settings.queue_id)
    if not steps:
        show("Nothing to do: the roles and CI are as they should be.")
        return
    for step in steps:
        show(step.says)
    if dry_run or not (yes or typer.confirm("Do this now?", err=True)):
        return
    for step in steps:
        say(f"… {step.says}")
        step.do()
    show("Done.")
