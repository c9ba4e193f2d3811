"""The local cloud put together: COS, the CI service, the triggers and the functions.

One WSGI app answers for every host. The work behind it (event deliveries, jobs, callbacks,
retries, timers) is driven step by step with `run_until_idle` and `advance`, or by threads between
`start` and `stop`.
"""

from __future__ import annotations

import contextlib
import time
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import requests
from werkzeug.wrappers import Request, Response

from local.agenda import Agenda, Clock
from local.cam.access import AccessControl
from local.ci.authentication import authenticate_with
from local.ci.callbacks import Delivery
from local.ci.jobs import Job
from local.ci.queue import MAX_CONCURRENT
from local.ci.runner import JobRunner
from local.ci.service import HOST as CI_HOST
from local.ci.service import CiService
from local.control import PATH as CONTROL_PATH
from local.control import Control
from local.cos import CosService
from local.credentials import Credential, CredentialStore
from local.environments import Environments, new_credential
from local.functions import LogLine
from local.functions.interface import WriteLog
from local.functions.repository import MakeFunction, in_process
from local.recognition import Recogniser
from local.triggers import function_url
from local.triggers.asynchronous import AsynchronousInvocations, DeadLetter, Invocation
from local.triggers.timer import TimerTrigger
from local.triggers.topic import TopicTrigger
from local.triggers.uploads import UploadTrigger
from local.wsgi_adapter import carried_into, session_on

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

APPID: Final = "1250000000"
COS_DOMAINS: Final = (".myqcloud.com", ".tencentcos.cn")
FUNCTION_PATH: Final = "/functions/"
CALLED_BACK: Final = "callback"
"""The one function that HTTP and messages of a topic reach, as in the cloud."""
SWEEP_SECONDS: Final = 300.0
LOG_LINES: Final = 100_000


@dataclass(frozen=True)
class Setup:
    """What is deployed on the local cloud.

    Attributes:
        bucket: <name>-<appid>; it is created, and enabled for recognition, where `bucket_exists`.
        functions: Their names; `submit` gets the uploads, `sweep` the timer.
        settings: Environment variables of the functions, over those the local cloud sets.
        upload_prefix: The trigger's filter.
        url: Where the app is served, or passes for being served.
        policies: What a function's role allows, by the function's name; everything if none.
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


class LocalCloud:
    """Tencent Cloud on one machine.

    `control` answers below /control/, `at_root` what else is for no host of the cloud and no
    function.

    Signatures must be valid by the machine's time, which SDKs sign with, whatever `clock` shows.
    Without a `session` CI's callbacks reach the app in process, whatever host they are for.
    """

    def __init__(
        self,
        recogniser: Recogniser,
        setup: Setup | None = None,
        *,
        clock: Clock = time.time,
        make_function: MakeFunction = in_process,
        session: requests.Session | None = None,
    ) -> None:
        self.setup = setup or Setup()
        self.agenda = Agenda(clock)
        self.logs: deque[LogLine] = deque(maxlen=LOG_LINES)
        self.on_log: WriteLog | None = None
        self.credentials = CredentialStore()
        self.access = AccessControl()
        self.uploader = new_credential(self.credentials, token=None)
        self.asynchronous = AsynchronousInvocations(self.agenda)
        self.cos = CosService(
            credentials=self.credentials,
            region=self.setup.region,
            clock=self.agenda.clock,
            signature_clock=time.time,
            access=self.access,
        )
        self.runner = JobRunner(
            self.agenda, self.cos.read_object, recogniser, session or self.client_session()
        )
        self.ci = CiService(
            agenda=self.agenda,
            runner=self.runner,
            region=self.setup.region,
            authenticate=authenticate_with(self.credentials, time.time),
            access=self.access,
            max_concurrent=self.setup.max_concurrent,
        )
        if self.setup.bucket_exists:
            self.cos.create_bucket(self.setup.bucket)
            self.ci.enable(self.setup.bucket)
        for name, policy in self.setup.policies.items():
            self.access.attach(name, policy)
        self._environments = Environments(
            self.setup.functions,
            self._common_environment(),
            self.setup.settings,
            self.credentials,
            self.access,
        )
        self.functions = {
            name: make_function(name, self.environment(name), self._write_log)
            for name in self.setup.functions
        }
        self.control = Control(self)
        self.at_root: WSGIApplication = _nothing_here()
        self._bind_triggers()

    def environment(self, function: str) -> dict[str, str]:
        """Return the environment a function is deployed with; one that isn't has no credentials."""
        return self._environments.of(function)

    @property
    def jobs(self) -> list[Job]:
        """Every job as it stands, oldest first."""
        return self.ci.jobs()

    @property
    def callbacks(self) -> list[Delivery]:
        """Every callback that was sent, with the status it was answered with."""
        return self.runner.deliveries

    @property
    def invocations(self) -> list[Invocation]:
        """Every asynchronous invocation that ended."""
        return self.asynchronous.invocations

    @property
    def dead_letters(self) -> list[DeadLetter]:
        """Every event that was given up."""
        return self.asynchronous.dead_letters

    def redrive(self) -> int:
        """Send every event that was given up once more; return how many that were."""
        letters = self.asynchronous.take_dead_letters()
        for letter in letters:
            self.asynchronous.send(self.functions[letter.function], letter.event)
        return len(letters)

    def run_until_idle(self) -> int:
        """Do in this thread whatever is due; return how many items of work that was."""
        return self.agenda.run_until_idle()

    def advance(self, seconds: float) -> int:
        """Move the clock, a `ManualClock`, doing everything at its time."""
        return self.agenda.advance(seconds)

    def start(self, workers: int = 16) -> None:
        """Do the work in threads, in real time."""
        self.agenda.start(workers)

    def stop(self) -> None:
        """End the threads and the functions' processes."""
        self.agenda.stop()
        for function in self.functions.values():
            function.close()

    def rotate_credentials(self) -> None:
        """Give the functions new temporary credentials, as SCF does every few hours."""
        self._environments.rotate_credentials()
        self._deploy()

    def rotate_callback_secret(self) -> None:
        """Give the functions a new CALLBACK_SECRET; the one before goes on verifying."""
        self._environments.rotate_callback_secret()
        self._deploy()

    def credential_of_role(self, role: str) -> Credential:
        """Make temporary keys, with which only what the role of a function allows can be done."""
        return self._environments.credential_of(role)

    def client_session(self) -> requests.Session:
        """Return a session whose every request reaches the app in process, without sockets."""
        return session_on(self.app)

    def in_process(self) -> contextlib.AbstractContextManager[None]:
        """Carry every request that anything in this process makes with requests into the app."""
        return carried_into(self.app)

    def app(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request to COS, to CI or to a function's URL, by its Host header and path."""
        request = Request(environ)
        if CI_HOST.fullmatch(request.host):
            return self.ci(environ, start_response)
        if request.host.partition(":")[0].endswith(COS_DOMAINS):
            return self.cos(environ, start_response)
        if request.path.startswith(CONTROL_PATH):
            return self.control.answer(request)(environ, start_response)
        if not request.path.startswith(FUNCTION_PATH):
            return self.at_root(environ, start_response)
        return self._function_url(request)(environ, start_response)

    def _function_url(self, request: Request) -> Response:
        name, _, path = request.path.removeprefix(FUNCTION_PATH).partition("/")
        if name != CALLED_BACK or name not in self.functions:
            return _nothing_here()
        return function_url.answer(self.functions[name], request, "/" + path)

    def _bind_triggers(self) -> None:
        if "submit" in self.functions:
            self.uploads = UploadTrigger(
                self.agenda,
                self.asynchronous,
                self.functions["submit"],
                bucket=self.setup.bucket,
                prefix=self.setup.upload_prefix,
            )
            self.cos.on_object_created = self.uploads
        if CALLED_BACK in self.functions:
            self.topic = TopicTrigger(
                self.agenda,
                self.asynchronous,
                self.functions[CALLED_BACK],
                owner=self.setup.bucket.rpartition("-")[2],
                name=self.setup.settings.get("CALLBACK_MQ_NAME", ""),
            )
            self.runner.on_message = self.topic
        if "sweep" in self.functions:
            self.sweep_timer = TimerTrigger(
                self.agenda,
                self.asynchronous,
                self.functions["sweep"],
                name="sweep",
                every_seconds=SWEEP_SECONDS,
            )
            self.sweep_timer.start()

    def _common_environment(self) -> dict[str, str]:
        return {
            "INPUT_BUCKET": self.setup.bucket,
            "INPUT_PREFIX": self.setup.upload_prefix,
            "CALLBACK_URL": f"{self.setup.url}{FUNCTION_PATH}callback",
            "LOCAL_CLOUD": self.setup.url,
            "TENCENTCLOUD_REGION": self.setup.region,
            "TENCENTCLOUD_APPID": self.setup.bucket.rpartition("-")[2],
            "TENCENTCLOUD_RUNENV": "SCF",
        }

    def _deploy(self) -> None:
        for function in self.functions.values():
            function.environment.update(self.environment(function.name))

    def _write_log(self, line: LogLine) -> None:
        self.logs.append(line)
        if self.on_log is not None:
            self.on_log(line)


def _nothing_here() -> Response:
    return Response("there is nothing at this address\n", status=404)
