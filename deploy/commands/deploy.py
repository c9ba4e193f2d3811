"""`deploy`, `deploy-function` and `remove`: look, say what will change, change it.

`remove` deletes what `deploy` made, except the objects in the bucket.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping, Sequence

from deploy.bucket.pending import pending_notes, wanted_pipeline
from deploy.bucket.settings import check_buckets
from deploy.commands.session import Session, known, open_session, place, say
from deploy.configuration.checks import check_complete
from deploy.configuration.environment import wants_callback_url
from deploy.configuration.service import CALLBACK, Service
from deploy.errors import AccountUnfit
from deploy.functions import plan
from deploy.functions.apply import apply
from deploy.functions.model import Found, Wanted, wanted_function
from deploy.functions.plan import Plan
from deploy.functions.steps import NOT_YET
from deploy.functions.triggers import address_of
from deploy.functions.uploads import check_uploads, conflict_explained
from deploy.roles.cam import Cam, check_roles
from deploy.roles.grants import Scope
from shared.pipeline import state
from shared.pipeline.context import Context


class Progress:
    """Says which step of how many was done last."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0

    def done(self, title: str) -> None:
        """Say that one more step is done."""
        self._done += 1
        say(f"done: {self._done} of {self._total}  {title}")


def show(service: Service, planned: Plan, first: Sequence[str] = ()) -> Progress:
    """Show the plan. Return the progress of its steps, of which none is done yet."""
    lines = [*first, *(f"{step.key}: {step.says}" for step in planned.steps)]
    say(f"{place(service)}: {'this changes' if lines else 'nothing to change'}")
    for number, line in enumerate(lines, 1):
        say(f"{number:>4}  {line}")
    for note in planned.notes:
        say(f"note: {note}")
    return Progress(len(lines))


def carry_out(session: Session, planned: Plan, progress: Progress) -> None:
    """Apply the plan that was shown, and say when each step is done.

    Raises:
        DeployError: a step failed. The steps before it are done.
    """
    callback_name = session.service.function_name(CALLBACK)
    apply(
        planned.steps,
        session.scf,
        callback_name,
        lambda step: progress.done(step.title),
    )


def deploy(service: Service, options: argparse.Namespace) -> None:
    """Change the cloud to what serverless.yml says."""
    session, account, context = _checked(service)
    since = f"{context.settings.output_prefix}state/{state.SINCE}"
    is_first = not context.store.exists(since)
    found = session.found()
    planned = plan.deployment(_wanted(session, found), found, service)
    check_uploads(session.scf, service, found)
    _check_roles(session, account, context)
    planned = planned.noting(_pending_notes(session, found.values(), context))
    creation = f"create {since}"
    progress = show(service, planned, [creation] if is_first else [])
    if options.dry_run:
        return
    if is_first:  # before any trigger: a sweep that found none would write its own, later time
        state.since(context)
        progress.done(creation)
    with conflict_explained(session.scf, service):
        carry_out(session, planned, progress)
    say(f"deployed{_address(session)}")


def deploy_function(service: Service, options: argparse.Namespace) -> None:
    """Change one deployed function to what serverless.yml says. Its triggers stay as they are."""
    key = known(service, options.function)
    session, account, context = _checked(service)
    found = session.existing(key)
    _check_roles(session, account, context)
    address = session.address() if wants_callback_url(service, key) else None
    wanted = wanted_function(service, key, session.environ, address)
    planned = Plan(tuple(plan.function_steps(wanted, found)))
    planned = planned.noting(_pending_notes(session, [found], context))
    carry_out(session, planned, show(service, planned))


def _checked(service: Service) -> tuple[Session, str, Context]:
    """Check what can be checked first. Return a session, its account, and the pipeline of sweep."""
    session = open_session(service)
    check_complete(service, session.environ)
    account = session.account()
    check_buckets(session.access, service)
    return session, account, wanted_pipeline(session.access, service, session.environ)


def _check_roles(session: Session, account: str, context: Context) -> None:
    """Check the roles last.

    The error tells the user to run `card-ocr setup`, which would take over the roles of another
    deployment of the same name. The checks before this one refuse such a deployment.
    """
    check_roles(Cam(session.api), session.service, Scope.of(context.settings, account))


def _pending_notes(session: Session, found: Iterable[Found], context: Context) -> list[str]:
    deployed = [one.configuration.environment for one in found]
    return pending_notes(session.access, deployed, context.settings)


def _wanted(session: Session, found: Mapping[str, Found]) -> list[Wanted]:
    callback = found.get(CALLBACK)
    address = (callback.url if callback and not callback.failed else None) or NOT_YET
    return [
        wanted_function(session.service, key, session.environ, address)
        for key in session.service.functions
    ]


def _address(session: Session) -> str:
    if CALLBACK not in session.service.functions:
        return ""
    address = address_of(session.scf.triggers(session.service.function_name(CALLBACK)))
    return f"; the callback's address is {address}" if address else ""


_STAYS = (
    "The bucket stays, with all its objects: results and pending cards too. The roles and CI's "
    "settings for the bucket stay as well."
)
_NOTHING = (
    "there is no function of this service here, so there is nothing to remove; if one was deployed "
    "before, its service name, --stage or TENCENTCLOUD_REGION was another"
)


def remove(service: Service, options: argparse.Namespace) -> None:
    """Delete the functions with their triggers, and say what stays.

    Raises:
        AccountUnfit: a function of this service is still there.
    """
    session = open_session(service)
    session.account()  # refuses an unknown API key before anything else
    found = session.found(settled=False)
    if not found:
        say(f"{place(service)}: {_NOTHING}")
        return
    planned = plan.removal(found, service, everything=options.force)
    progress = show(service, planned)
    if not options.dry_run:
        carry_out(session, planned, progress)
        left = [one for one in session.found(settled=False).values() if one.ours]
        if left:
            raise AccountUnfit(
                f"still there: {'; '.join(map(_described, left))}; run `sls remove` again, with "
                "--force to delete triggers that somebody else made, too"
            )
    say(_STAYS)


def _described(found: Found) -> str:
    triggers = ", ".join(trigger.rule.says() for trigger in found.triggers)
    return f"the function {found.name}" + (f" with its {triggers}" if triggers else "")
