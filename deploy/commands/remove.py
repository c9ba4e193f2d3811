"""`remove`: delete what `deploy` made, except the objects in the bucket."""

from __future__ import annotations

import argparse

from deploy.commands.progress import carry_out, show
from deploy.commands.session import Session, open_session, place, say
from deploy.configuration.service import Service
from deploy.errors import StillThere
from deploy.functions import plan
from deploy.functions.model import Found

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
        StillThere: a function of this service is still there.
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
        _check_removed(session)
    say(_STAYS)


def _check_removed(session: Session) -> None:
    left = [one for one in session.found(settled=False).values() if one.ours]
    if left:
        raise StillThere("; ".join(map(_described, left)))


def _described(found: Found) -> str:
    triggers = ", ".join(trigger.rule.says() for trigger in found.triggers)
    return f"the function {found.name}" + (f" with its {triggers}" if triggers else "")
