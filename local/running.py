"""A local cloud that runs in real time: on a socket, with the functions in their own processes."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any, Final

import requests

from coslocal.agenda import Clock
from coslocal.ci.recognition import Recogniser
from coslocal.server import served
from local.cloud import ROOT, LocalCloud, Setup, in_processes
from local.recognition.scripted import ScriptedRecogniser

SAMPLES: Final = ROOT / "local" / "samples"
RECOGNISERS: Final = ("ocr", "scripted")
SETTINGS: Final = {"CARD_TYPE_RULES": "uploads/driver/=DriverLicense"}
DEPLOYED: Final = ("submit", "callback", "sweep")


class RecogniserMissing(Exception):
    """The OCR engine isn't installed."""


def make_recogniser(name: str) -> Recogniser:
    """Return the recogniser `ocr` or `scripted`. `scripted` knows only the samples.

    Raises:
        RecogniserMissing: The OCR engine isn't installed.
    """
    if name == "scripted":
        return ScriptedRecogniser.for_samples(SAMPLES)
    try:
        from local.recognition.ocr import OcrRecogniser  # noqa: PLC0415 - it may not be installed
    except ModuleNotFoundError as error:
        raise RecogniserMissing(
            f"the OCR engine is not installed ({error.name} is missing): install "
            "requirements/demo.txt, as `make demo` does, or choose --recogniser scripted"
        ) from error
    return OcrRecogniser()


def running_cloud(
    recogniser: Recogniser,
    *,
    port: int = 0,
    bucket_exists: bool = True,
    clock: Clock = time.time,
    policies: Mapping[str, Mapping[str, Any]] | None = None,
) -> AbstractContextManager[LocalCloud]:
    """Serve a local cloud with the repository's functions until the block ends.

    `policies` is what the functions' roles allow; if None, everything. `port` 0 means any free
    port. The beginning of the block raises `PortUnavailable` if the port is taken.
    """

    def make(url: str, session: requests.Session) -> LocalCloud:
        setup = Setup(
            url=url,
            functions=DEPLOYED,
            settings=SETTINGS,
            bucket_exists=bucket_exists,
            policies=policies or {},
            max_concurrent=os.cpu_count() or 1,  # the OCR engine reads each card on one core
        )
        return LocalCloud(
            recogniser, setup, clock=clock, make_function=in_processes, session=session
        )

    return served(make, port)
