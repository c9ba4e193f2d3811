"""Says what a change of the environment does to cards that are pending, before it is made.

It looks at them with sweep's pipeline, opened with the deployer's keys.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from deploy.configuration.environment import Access, function_environment, functions_view
from deploy.configuration.service import Service
from shared.cloud import open_context
from shared.errors import ConfigurationError, StorageFault
from shared.log import Log
from shared.pipeline.context import Context
from shared.settings.load import Settings
from shared.store.layout import pending_folder

_FUNCTION: Final = "sweep"


def wanted_pipeline(access: Access, service: Service, environ: Mapping[str, str]) -> Context:
    """Return the pipeline that sweep will have after the deployment; raises as below."""
    return sweep_pipeline(access, function_environment(service, _FUNCTION, environ, None))


def sweep_pipeline(access: Access, environment: Mapping[str, str]) -> Context:
    """Return the pipeline that sweep has with an environment.

    Raises:
        ConfigurationError: a variable is missing or wrong.
    """
    log = Log(_FUNCTION, {}, "ERROR", write=_to_stderr)
    environ = {**environment, **functions_view(access)}
    return open_context(_FUNCTION, log, submits=False, environ=environ)


_REFUSED = (
    "callback will refuse CI's calls for them, and sweep finishes them later; to let callback take "
    "the calls, set CALLBACK_SECRET_PREVIOUS to the old one"
)
_FORGOTTEN = (
    "no function will look for them there; to finish them, deploy with the old value until "
    "`card-ocr status` shows none"
)


def _to_stderr(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def pending_notes(
    access: Access, deployed: Iterable[Mapping[str, str]], wanted: Settings
) -> list[str]:
    """Return notes on changes that affect pending cards. COS is asked only if there are changes.

    Args:
        access: the deployer's keys.
        deployed: the environment of each deployed function.
        wanted: the settings after the deployment.
    """
    notes = [note for one in deployed for note in _notes(access, one, wanted)]
    return list(dict.fromkeys(notes))


def _notes(access: Access, deployed: Mapping[str, str], wanted: Settings) -> Iterator[str]:
    try:
        before = sweep_pipeline(access, deployed)
    except ConfigurationError:
        return  # with such an environment no card could become pending
    effects = list(_effects(before.settings, wanted))
    standing = _standing(before) if effects else None
    if standing is not None:
        yield from (f"{change} {standing}: {effect}" for change, effect in effects)


def _effects(before: Settings, wanted: Settings) -> Iterator[tuple[str, str]]:
    """Yield each change with its effect."""
    if before.callback.type == "URL" and before.callback_secrets[0] not in wanted.callback_secrets:
        yield "CALLBACK_SECRET changes and CALLBACK_SECRET_PREVIOUS isn't the old one", _REFUSED
    for name, old, new in (
        ("OUTPUT_BUCKET", before.output_bucket, wanted.output_bucket),
        ("OUTPUT_PREFIX", before.output_prefix, wanted.output_prefix),
    ):
        if old != new:
            yield f"{name} changes from {old}", _FORGOTTEN


def _standing(context: Context) -> str | None:
    """Return "while cards are pending", or None if no card is."""
    folder = pending_folder(context.settings.output_prefix)
    try:
        page = context.store.list_objects(folder, None)
    except StorageFault:
        return "while cards may be pending (COS doesn't say)"
    return "while cards are pending" if page.objects else None
