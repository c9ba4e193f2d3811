"""A local cloud that runs in real time: on a socket, with functions in processes of their own."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import requests

from local.agenda import Clock
from local.cloud import LocalCloud, Setup
from local.functions.repository import in_processes
from local.recognition import Recogniser
from local.recognition.scripted import ScriptedRecogniser
from local.server import LocalServer

ROOT: Final = Path(__file__).resolve().parents[1]
SAMPLES: Final = ROOT / "local" / "samples"
RECOGNISERS: Final = ("ocr", "scripted")
SETTINGS: Final = {"CARD_TYPE_RULES": "uploads/driver/=DriverLicense"}
DEPLOYED: Final = ("submit", "callback", "sweep")


class RecogniserMissing(Exception):
    """The OCR engine isn't installed."""


def make_recogniser(name: str) -> Recogniser:
    """Return the recogniser called `ocr` or `scripted`; the latter knows the samples only.

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


@contextlib.contextmanager
def running_cloud(
    recogniser: Recogniser,
    *,
    port: int = 0,
    bucket_exists: bool = True,
    clock: Clock = time.time,
    policies: Mapping[str, Mapping[str, Any]] | None = None,
) -> Iterator[LocalCloud]:
    """Serve a local cloud with the repository's functions until the block is left.

    `policies` is what the functions' roles allow, everything if None.

    Raises:
        PortUnavailable: The port can't be listened on; 0 stands for any free one.
    """
    server = LocalServer(port)
    session = requests.Session()
    session.trust_env = False  # a proxy variable would be honoured even for 127.0.0.1
    setup = Setup(
        url=server.url,
        functions=[name for name in DEPLOYED if (ROOT / f"functions/{name}/index.py").is_file()],
        settings=SETTINGS,
        bucket_exists=bucket_exists,
        policies=policies or {},
        max_concurrent=os.cpu_count() or 1,  # the OCR engine reads each card on one core
    )
    cloud = LocalCloud(recogniser, setup, clock=clock, make_function=in_processes, session=session)
    server.serve(cloud.app)
    cloud.start()
    try:
        yield cloud
    finally:
        cloud.stop()  # first: what is at work still needs the server
        server.stop()
