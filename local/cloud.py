"""The local cloud: the emulator with this product's functions deployed on it.

It runs in real time on a socket, with the functions in their own processes, or in a test as that
needs it.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import requests

from coslocal import (
    Emulator,
    FunctionSettings,
    Settings,
    Timer,
    Topic,
    Uploads,
    Url,
    image_license_rec,
)
from coslocal.agenda import Clock
from coslocal.ci.queue import MAX_CONCURRENT
from coslocal.ci.recognition import Recogniser
from coslocal.emulator import FUNCTION_PATH
from coslocal.functions import InProcessFunction, MakeFunction, ProcessFunction
from coslocal.functions.interface import WriteLog
from coslocal.server import served
from coslocal.settings import APPID
from coslocal.triggers.timer import TimerTrigger
from coslocal.triggers.topic import TopicTrigger
from coslocal.triggers.uploads import UploadTrigger
from local.recognition.scripted import ScriptedRecogniser

ROOT: Final = Path(__file__).resolve().parents[1]
SWEEP_SECONDS: Final = 300.0


@dataclass(frozen=True)
class Setup:
    """How this product is deployed on a local cloud.

    Attributes:
        bucket: <name>-<appid>; with `bucket_exists` it is created and enabled for recognition.
        functions: Their names; `submit` gets the uploads, `callback` HTTP calls and messages,
            `sweep` the timer.
        settings: Environment variables of the functions; they replace those the local cloud sets.
        upload_prefix: The trigger's filter.
        url: The address of the app; in tests nothing needs to serve it.
        policies: What a function's role allows, by the function's name; without one, everything.
        max_concurrent: How many jobs CI runs at once.
    """

    bucket: str = f"cards-{APPID}"
    region: str = "ap-guangzhou"
    functions: Sequence[str] = ("submit", "callback")
    settings: Mapping[str, str] = field(default_factory=dict)
    upload_prefix: str = "uploads/"
    url: str = "http://127.0.0.1:8000"
    policies: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    bucket_exists: bool = True
    max_concurrent: int = MAX_CONCURRENT


def in_process(name: str, environment: Mapping[str, str], write_log: WriteLog) -> InProcessFunction:
    """Make the repository's function of that name. Its calls run in this process."""
    handler = import_module(f"functions.{name}.index").main_handler
    return InProcessFunction(name, handler, environment, write_log)


def in_processes(name: str, environment: Mapping[str, str], write_log: WriteLog) -> ProcessFunction:
    """Make the repository's function of that name. Its calls run in processes of its own."""
    time_limit = 270.0 if name == "sweep" else 60.0
    module = f"functions.{name}.index"
    return ProcessFunction(name, module, environment, write_log, folder=ROOT, time_limit=time_limit)


class LocalCloud(Emulator):
    """The emulator with this product deployed on it, as `setup` says."""

    def __init__(
        self,
        recogniser: Recogniser,
        setup: Setup | None = None,
        *,
        clock: Clock = time.time,
        make_function: MakeFunction = in_process,
        session: requests.Session | None = None,
    ) -> None:
        self.setup = setup = setup or Setup()
        settings = Settings(
            bucket=setup.bucket,
            region=setup.region,
            functions=[
                FunctionSettings(name, make_function, _triggers(setup).get(name, ()))
                for name in setup.functions
            ],
            environment=_environment(setup),
            url=setup.url,
            bucket_exists=setup.bucket_exists,
            max_concurrent=setup.max_concurrent,
        )
        super().__init__(settings, [image_license_rec(recogniser)], clock=clock, session=session)
        for name, policy in setup.policies.items():  # a role may have no function yet
            self.access.attach(name, policy)

    def recognise_with(self, recogniser: Recogniser) -> None:
        """Have CI's jobs read by another recogniser from now on."""
        job_type = image_license_rec(recogniser)
        self.runner.job_types[job_type.tag] = job_type

    @property
    def uploads(self) -> UploadTrigger:
        """The trigger of submit, which must be deployed."""
        (trigger,) = self.upload_triggers
        return trigger

    @property
    def topic(self) -> TopicTrigger:
        """The topic that invokes callback, which must be deployed."""
        (trigger,) = self.topic_triggers
        return trigger

    @property
    def sweep_timer(self) -> TimerTrigger:
        """The timer of sweep, which must be deployed."""
        return self.timers["sweep"]

    def rotate_callback_secret(self) -> None:
        """Give the functions a new CALLBACK_SECRET. The old one still verifies."""
        before = self.environment("callback")["CALLBACK_SECRET"]
        after = secrets.token_hex(32)
        self.configure({"CALLBACK_SECRET_PREVIOUS": before, "CALLBACK_SECRET": after})


def _triggers(setup: Setup) -> Mapping[str, Sequence[Uploads | Timer | Topic | Url]]:
    return {
        "submit": [Uploads(setup.upload_prefix)],
        "callback": [Url(), Topic(setup.settings.get("CALLBACK_MQ_NAME", ""))],
        "sweep": [Timer("sweep", SWEEP_SECONDS)],
    }


def _environment(setup: Setup) -> dict[str, str]:
    return {
        "INPUT_BUCKET": setup.bucket,
        "INPUT_PREFIX": setup.upload_prefix,
        "CALLBACK_URL": f"{setup.url}{FUNCTION_PATH}callback",
        "CALLBACK_SECRET": secrets.token_hex(32),
        "LOCAL_CLOUD": setup.url,
        **setup.settings,
    }


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
