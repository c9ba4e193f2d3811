"""Puts settings and clients together for the real cloud, at every invocation."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Mapping

from shared.cloud import connect
from shared.documents import Deliverer
from shared.jobs.service import CiJobService
from shared.log import Log
from shared.pipeline.context import Context
from shared.settings.load import load
from shared.store.cos import CosStore


def open_context(
    deliverer: Deliverer, log: Log, *, submits: bool, environ: Mapping[str, str] | None = None
) -> Context:
    """Open the context of this invocation.

    Without an `environ` the process's is read, and anew each time, since credentials rotate.

    Raises:
        ConfigurationError: a variable is missing or wrong; nothing has been sent.
    """
    settings = load(os.environ if environ is None else environ, submits=submits)
    log.know_keys(settings.callback_secrets[0], shown=settings.log_keys)
    cloud = connect(settings)
    return Context(
        deliverer=deliverer,
        settings=settings,
        store=CosStore(cloud, settings),
        jobs=CiJobService(cloud, settings.input_bucket),
        log=log,
        now=time.time,
        monotonic=time.monotonic,
        sleep=_sleep,
        new_owner=lambda: secrets.token_hex(8),
    )


def _sleep(seconds: float) -> None:
    time.sleep(seconds)
