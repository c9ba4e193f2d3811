"""`remove`: delete what `deploy` made, but for the objects in the bucket."""

from __future__ import annotations

import argparse

from deploy.commands.progress import carry_out, show
from deploy.commands.session import open_session, place, say
from deploy.configuration.service import Service
from deploy.functions import plan

_STAYS = (
    "The bucket and its objects stay, results and pending cards among them; so do the roles and "
    "CI's settings for the bucket."
)
_NOTHING = (
    "there is no function of this service here, so nothing is removed; if one was deployed, it is "
    "under another name, --stage or TENCENTCLOUD_REGION"
)


def remove(service: Service, options: argparse.Namespace) -> None:
    """Delete the functions with their triggers, and say what stays."""
    session = open_session(service)
    session.account()  # whose keys aren't known is told so before anything else
    found = session.found()
    if not found:
        say(f"{place(service)}: {_NOTHING}")
        return
    planned = plan.removal(found, service)
    progress = show(service, planned)
    if not options.dry_run:
        carry_out(session, planned, progress)
    say(_STAYS)
