from __future__ import annotations

from typing import Annotated

import typer

from cli.connect.deployment import open_deployment
from cli.connect.service import read_deployed_service
from cli.doctor import specimen
from cli.doctor.checks import examined
from cli.doctor.subject import Subject
from cli.doctor.verdict import Finding, document, failures, line, summary
from cli.terminal.formats import seconds
from cli.terminal.options import NEEDS_ATTENTION, EnvFile, Json, Stage, Yes
from cli.terminal.output import data, show
from cli.terminal.question import agreed, say_place
from shared.errors import ConfigurationError

Upload = Annotated[
    bool,
    typer.Option(
        "--upload", help="Send a specimen of each card type through it all; costs two jobs."
    ),
]
Wait = Annotated[
    float | None,
    typer.Option(
        parser=seconds,
        metavar="SECONDS",
        help=f"To wait for the results of --upload; {specimen.WAIT_SECONDS:.0f} if left out.",
        show_default=False,
    ),
]

_QUESTION = "This uploads two invented cards and costs two jobs of CI's. Do it?"


def doctor(
    *,
    upload: Upload = False,
    wait: Wait = None,
    yes: Yes = False,
    env_file: EnvFile = None,
    stage: Stage = None,
    json: Json = False,
) -> None:
    """Check a deployment from outside.

    Each thing that is wrong is said with what to do. Nothing is changed: one probe object is
    created under OUTPUT_PREFIX state/ and deleted again.
    """
    if wait is not None and not upload:
        raise ConfigurationError("--wait", "is for --upload")
    deployment = open_deployment(env_file, stage)
    if upload or not json:
        say_place(deployment.settings, json=json)
    wanted = upload and agreed(deployment.settings, _QUESTION, yes=yes)
    service = read_deployed_service(deployment.environ, stage)
    subject = Subject(deployment, service, stage)
    findings: list[Finding] = []
    for finding in examined(subject):
        findings.append(finding)
        _row(finding, json=json)
    if wanted and findings[0].status != "failed":
        for finding in specimen.sent_through(subject, wait or specimen.WAIT_SECONDS):
            findings.append(finding)
            _row(finding, json=json)
    data(document(findings)) if json else show(summary(findings))
    if failures(findings):
        raise typer.Exit(NEEDS_ATTENTION)


def _row(finding: Finding, *, json: bool) -> None:
    if not json:
        show(line(finding))
