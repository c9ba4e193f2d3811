"""`deploy`, `deploy-function` and `remove`: look, say what will change, change it."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping, Sequence

from deploy.bucket.beginning import Beginning
from deploy.bucket.pending import pending_notes
from deploy.bucket.pipeline import wanted_pipeline
from deploy.bucket.region import check_buckets
from deploy.configuration.checks import check_complete
from deploy.configuration.environment import wants_callback_url
from deploy.configuration.service import CALLBACK, Service
from deploy.functions import plan
from deploy.functions.apply import apply
from deploy.functions.model import Found, Wanted
from deploy.functions.plan import Plan
from deploy.functions.steps import NOT_YET
from deploy.functions.uploads import check_uploads, conflict_explained
from deploy.functions.wanted import wanted_function
from deploy.roles.cam import Cam
from deploy.roles.judgement import check_roles
from deploy.roles.scope import Scope
from deploy.session import Session, known, open_session, say
from shared.settings.load import Settings

_STAYS = (
    "The bucket and its objects stay, results and pending cards among them; so do the roles and "
    "CI's settings for the bucket."
)
_NOTHING = (
    "there is no function of this service here, so nothing is removed; if one was deployed, it is "
    "under another name, --stage or TENCENTCLOUD_REGION"
)


def deploy(service: Service, options: argparse.Namespace) -> None:
    """Bring the cloud to what serverless.yml says."""
    session, account = _checked(service)
    beginning = Beginning(session.access, service, session.environ)
    is_first = not beginning.exists()
    found = session.found()
    planned = plan.deployment(_wanted(session, found), found, service)
    check_uploads(session.scf, service, found)
    _check_roles(session, account)
    planned = planned.noting(_pending_notes(session, found.values()))
    progress = _show(service, planned, [f"create {beginning.name}"] if is_first else [])
    if options.dry_run:
        return
    if is_first:
        beginning.create()
        progress.done()
    with conflict_explained(session.scf, service):
        _carry_out(session, planned, progress)
    address = _address(session.scf.find(service.function_name(CALLBACK)))
    say(f"deployed{address}")


def deploy_function(service: Service, options: argparse.Namespace) -> None:
    """Bring one function that is there to what serverless.yml says; its triggers stay."""
    key = known(service, options.function)
    session, account = _checked(service)
    found = session.existing(key)
    _check_roles(session, account)
    address = session.address() if wants_callback_url(service, key) else None
    wanted = wanted_function(service, key, session.environ, address)
    planned = Plan(tuple(plan.function_steps(wanted, found)))
    planned = planned.noting(_pending_notes(session, [found]))
    _carry_out(session, planned, _show(service, planned))


def remove(service: Service, options: argparse.Namespace) -> None:
    """Delete what `deploy` made, but for the objects in the bucket."""
    session = open_session(service)
    _account(session)
    found = session.found()
    if not found:
        say(f"{_place(service)}: {_NOTHING}")
        return
    planned = plan.removal(found, service)
    progress = _show(service, planned)
    if not options.dry_run:
        _carry_out(session, planned, progress)
    say(_STAYS)


def _checked(service: Service) -> tuple[Session, str]:
    """A session for a service that nothing known stands in the way of, and its account."""
    session = open_session(service)
    check_complete(service, session.environ)
    account = _account(session)
    check_buckets(session.access, service)
    return session, account


def _account(session: Session) -> str:
    """The number of the account that the keys are of.

    Raises:
        CredentialsRefused: the API doesn't know them.
    """
    return Cam(session.api).account()


def _check_roles(session: Session, account: str) -> None:
    """Behind all else: `card-ocr setup` would make another deployment's roles this one's."""
    check_roles(Cam(session.api), session.service, Scope.of(_settings(session), account))


def _pending_notes(session: Session, found: Iterable[Found]) -> list[str]:
    deployed = [one.configuration.environment for one in found]
    return pending_notes(session.access, deployed, _settings(session))


def _settings(session: Session) -> Settings:
    """What the functions will read from the environment that they are to be given."""
    return wanted_pipeline(session.access, session.service, session.environ).settings


def _wanted(session: Session, found: Mapping[str, Found]) -> list[Wanted]:
    callback = found.get(CALLBACK)
    address = (callback.url if callback and not callback.failed else None) or NOT_YET
    return [
        wanted_function(session.service, key, session.environ, address)
        for key in session.service.functions
    ]


class _Progress:
    """Says which step of how many was done last."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0

    def done(self) -> None:
        """One more is."""
        self._done += 1
        say(f"done: {self._done} of {self._total}")


def _carry_out(session: Session, planned: Plan, progress: _Progress) -> None:
    callback_name = session.service.function_name(CALLBACK)
    apply(planned.steps, session.scf, callback_name, progress.done)


def _show(service: Service, planned: Plan, first: Sequence[str] = ()) -> _Progress:
    """Show the plan before anything of it is done."""
    lines = [*first, *(f"{step.key}: {step.says}" for step in planned.steps)]
    say(f"{_place(service)}: {'this changes' if lines else 'nothing to change'}")
    for number, line in enumerate(lines, 1):
        say(f"{number:>4}  {line}")
    for note in planned.notes:
        say(f"note: {note}")
    return _Progress(len(lines))


def _place(service: Service) -> str:
    return f"{service.name}, stage {service.stage}, {service.region}"


def _address(callback: Found | None) -> str:
    return f"; the callback's address is {callback.url}" if callback and callback.url else ""
