"""`logs`: the latest lines that a function logged, oldest first."""

from __future__ import annotations

import argparse
import time

from deploy.commands.session import known, open_session, say
from deploy.configuration.service import Service
from deploy.functions.logs import WEEK_SECONDS, logged_lines, no_topic, topic_of, written


def logs(service: Service, options: argparse.Namespace) -> None:
    """Show the last lines of a week, grouped by invocation."""
    name = service.function_name(known(service, options.function))
    session = open_session(service)
    topic = topic_of(session.scf, name)
    if topic is None:
        say(no_topic(name))
        return
    now = time.time()
    shown = logged_lines(session.api, topic, name, now - WEEK_SECONDS, now)
    for line in written(shown):
        say(line)
    if not shown:
        say(f"{name} has logged nothing in a week")
