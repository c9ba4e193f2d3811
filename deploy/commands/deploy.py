"""`deploy` and `deploy-function`: look, say what will change, change it."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping

from deploy.bucket.beginning import Beginning
from deploy.bucket.pending import pending_notes
from deploy.bucket.pipeline import wanted_pipeline
from deploy.bucket.region import check_buckets
from deploy.commands.progress import carry_out, show
from deploy.commands.session import Session, known, open_session, say
from deploy.configuration.checks import check_complete
from deploy.configuration.delivery import delivery_notes
from deploy.configuration.environment import wants_callback_url
from deploy.configuration.service import CALLBACK, Service
from deploy.functions import plan
from deploy.functions.model import Found, Wanted
from deploy.functions.plan import Plan
from deploy.functions.steps import NOT_YET
from deploy.functions.triggers import address_of
from deploy.functions.uploads import check_uploads, conflict_explained
from deploy.functions.wanted import wanted_function
from deploy.roles.cam import Cam
from deploy.roles.judgement import check_roles
from deploy.roles.scope import Scope
from shared.settings.load import Settings


def deploy(service: Service, options: argparse.Namespace) -> None:
    """Bring the cloud to what serverless.yml says."""
    session, account = _checked(service)
    beginning = Beginning(session.access, service, session.environ)
    is_first = not beginning.exists()
    found = session.found()
    planned = plan.deployment(_wanted(session, found), found, service)
    check_uploads(session.scf, service, found)
    _check_roles(session, account)
    planned = planned.noting(delivery_notes(service))
    planned = planned.noting(_pending_notes(session, found.values()))
    creation = f"create {beginning.name}"
    progress = show(service, planned, [creation] if is_first else [])
    if options.dry_run:
        return
    if is_first:
        beginning.create()
        progress.done(creation)
    with conflict_explained(session.scf, service):
        carry_out(session, planned, progress)
    say(f"deployed{_address(session)}")


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
    carry_out(session, planned, show(service, planned))


def _checked(service: Service) -> tuple[Session, str]:
    """A session for a service that nothing known stands in the way of, and its account."""
    session = open_session(service)
    check_complete(service, session.environ)
    account = session.account()
    check_buckets(session.access, service)
    return session, account


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


def _address(session: Session) -> str:
    if CALLBACK not in session.service.functions:
        return ""
    address = address_of(session.scf.triggers(session.service.function_name(CALLBACK)))
    return f"; the callback's address is {address}" if address else ""
