"""The emulator put together: COS, the CI service, the triggers and the functions.

One WSGI app answers for every host. The work behind it (event deliveries, jobs, callbacks,
retries, timers) is driven step by step with `run_until_idle` and `advance`, or by threads between
`start` and `stop`.
"""

from __future__ import annotations

import contextlib
import secrets
import threading
import time
from collections import deque
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import requests
from werkzeug.wrappers import Request, Response

from coslocal.agenda import Agenda, Clock
from coslocal.cam.access import AccessControl
from coslocal.ci.authentication import authenticate_with
from coslocal.ci.callbacks import Delivery, QueuedMessage
from coslocal.ci.job_types import JobType
from coslocal.ci.jobs import Job, MessageQueue
from coslocal.ci.processing import is_processing
from coslocal.ci.recognition import NothingRecognised, image_license_rec
from coslocal.ci.runner import JobRunner
from coslocal.ci.service import HOST as CI_HOST
from coslocal.ci.service import CiService
from coslocal.control import PATH as CONTROL_PATH
from coslocal.control import Control
from coslocal.cos import CosService, ObjectEvent
from coslocal.cos.s3.door import is_for_s3, names_bucket
from coslocal.credentials import Credential, CredentialStore, new_credential
from coslocal.functions import Function, LogLine, Outcome
from coslocal.functions.interface import UnknownFunction, WriteLog
from coslocal.settings import FunctionSettings, Settings, Timer, Topic, Uploads, Url
from coslocal.sts.service import HOST as STS_HOST
from coslocal.sts.service import StsService
from coslocal.triggers import function_url
from coslocal.triggers.asynchronous import AsynchronousInvocations, DeadLetter, Invocation
from coslocal.triggers.cron import parse_cron
from coslocal.triggers.timer import TimerTrigger
from coslocal.triggers.topic import TopicTrigger
from coslocal.triggers.uploads import UploadTrigger
from coslocal.wsgi_adapter import carried_into, session_on

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

COS_DOMAINS: Final = (".myqcloud.com", ".tencentcos.cn")
FUNCTION_PATH: Final = "/functions/"
LOG_LINES: Final = 100_000


class Emulator:
    """COS, CI and SCF of one account and one region, on one machine.

    `job_types` are what CI does; ImageLicenseRec that recognises nothing is there without being
    given. `control` answers below /control/, `at_root` what else is for no host of the cloud and no
    function.

    Signatures must be valid by the machine's time, which SDKs sign with, whatever `clock` shows.
    Without a `session` CI's callbacks reach the app in process, whatever host they are for.

    Attributes:
        uploader: Keys of the account itself, which may do everything.
        functions: What is deployed, by name.
        upload_triggers, topic_triggers, timers: What invokes them; timers by their own names, a
            name that another function's timer has already as `<function>.<name>`.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        job_types: Iterable[JobType] = (),
        *,
        clock: Clock = time.time,
        session: requests.Session | None = None,
    ) -> None:
        self.settings = settings or Settings()
        self.agenda = Agenda(clock)
        self.logs: deque[LogLine] = deque(maxlen=LOG_LINES)
        self._logged = 0
        self._log_lock = threading.Lock()
        self.on_log: WriteLog | None = None
        self.credentials = CredentialStore()
        self.access = AccessControl()
        self.uploader = new_credential(self.credentials, token=None)
        self.asynchronous = AsynchronousInvocations(self.agenda)
        self.cos = CosService(
            credentials=self.credentials,
            region=self.settings.region,
            clock=self.agenda.clock,
            signature_clock=time.time,
            access=self.access,
            regions=self.settings.regions,
        )
        self.sts = StsService(credentials=self.credentials, access=self.access, clock=time.time)
        for role, policy in self.settings.roles.items():
            self.access.attach(role, policy)
        self.runner = JobRunner(
            self.agenda,
            self.cos.read_object,
            [image_license_rec(NothingRecognised()), *job_types],
            session or self.client_session(),
        )
        self.ci = CiService(
            agenda=self.agenda,
            runner=self.runner,
            region=self.settings.region,
            authenticate=authenticate_with(self.credentials, time.time),
            access=self.access,
            max_concurrent=self.settings.max_concurrent,
        )
        own = [self.settings.bucket] if self.settings.bucket_exists else []
        for bucket in (*own, *self.settings.buckets):
            self.cos.create_bucket(bucket)
            self.ci.enable(bucket)
        self._deployed = {one.name: one for one in self.settings.functions}
        self._variables = dict(self.settings.environment)
        self._keys: dict[str, Credential] = {}
        self.functions: dict[str, Function] = {}
        self.upload_triggers: list[UploadTrigger] = []
        self.topic_triggers: list[TopicTrigger] = []
        self.timers: dict[str, TimerTrigger] = {}
        for one in self.settings.functions:
            self._deploy(one)
        self.cos.on_object_created = self._tell_uploads
        self.cos.on_object_removed = self._tell_uploads
        self.runner.on_message = self._tell_topics
        self.control = Control(self)
        self.at_root: WSGIApplication = _nothing_here()

    def environment(self, function: str) -> dict[str, str]:
        """Return the environment a function is deployed with; one that isn't has no credentials."""
        key = self._keys.get(function)
        credentials = {} if key is None else _variables_of(key)
        own = self._deployed[function].environment if function in self._deployed else {}
        return {
            "TENCENTCLOUD_REGION": self.settings.region,
            "TENCENTCLOUD_APPID": self.settings.bucket.rpartition("-")[2],
            "TENCENTCLOUD_RUNENV": "SCF",
            **credentials,
            "SCF_FUNCTIONNAME": function,
            **self._variables,
            **own,
        }

    def configure(self, variables: Mapping[str, str]) -> None:
        """Give every function these variables too, from its next invocation on."""
        self._variables.update(variables)
        self._renew_environments()

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

    def invoke(self, function: str, event: Mapping[str, Any]) -> Outcome:
        """Invoke a function with an event of the caller's and wait for what comes of it.

        Raises:
            UnknownFunction: No function of this name is deployed.
        """
        if function not in self.functions:
            raise UnknownFunction(function, self.functions)
        return self.functions[function].invoke(event)

    def publish(self, topic: str, body: str) -> None:
        """Put a message on a topic of CMQ, as a program of the account would."""
        self._tell_topics(QueuedMessage(MessageQueue(self.settings.region, "Topic", topic), body))

    def log_since(self, number: int, function: str | None = None) -> tuple[int, list[LogLine]]:
        """Return the log lines after the first `number`, of one function or of all.

        The first value is the `number` to ask with next.

        Raises:
            UnknownFunction: No function of this name is deployed.
        """
        if function is not None and function not in self.functions:
            raise UnknownFunction(function, self.functions)
        with self._log_lock:
            wanted = min(len(self.logs), max(0, self._logged - number))
            lines = list(islice(self.logs, len(self.logs) - wanted, None))
            return self._logged, [one for one in lines if function in (None, one.function)]

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
        self._keys = {name: self.credential_of_role(name) for name in self._keys}
        self._renew_environments()

    def credential_of_role(self, role: str) -> Credential:
        """Make temporary keys, with which only what the role of a function allows can be done."""
        credential = new_credential(self.credentials, token=secrets.token_urlsafe(96))
        self.access.assume(role, credential.secret_id)
        return credential

    def client_session(self) -> requests.Session:
        """Return a session whose every request reaches the app in process, without sockets."""
        return session_on(self.app)

    def in_process(self) -> contextlib.AbstractContextManager[None]:
        """Carry every request that anything in this process makes with requests into the app."""
        return carried_into(self.app)

    def app(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request to COS, to CI or to a function's URL, by its Host header and path."""
        request = Request(environ, populate_request=False)
        service = self._service(request, environ)
        if service is None and request.path.startswith(CONTROL_PATH):
            service = self.control.answer(request)
        elif service is None and request.path.startswith(FUNCTION_PATH):
            service = self._function_url(request)
        return (service or self.at_root)(environ, start_response)

    def _service(self, request: Request, environ: WSGIEnvironment) -> WSGIApplication | None:
        """Return the service that a request is for, by its host or its signature."""
        if CI_HOST.fullmatch(request.host):
            return self.ci
        if STS_HOST.fullmatch(request.host):
            return self.sts
        at_cos = request.host.partition(":")[0].endswith(COS_DOMAINS)
        if at_cos and is_processing(request):
            return self.ci
        if at_cos or is_for_s3(environ) or names_bucket(environ) or is_signed_for_cos(environ):
            return self.cos
        return None

    def _function_url(self, request: Request) -> Response:
        name, _, path = request.path.removeprefix(FUNCTION_PATH).partition("/")
        callable_by_url = [
            one.name
            for one in self._deployed.values()
            if any(isinstance(trigger, Url) for trigger in one.triggers)
        ]
        if name not in callable_by_url:
            return Response(f"{UnknownFunction(name, callable_by_url)}\n", status=404)
        return function_url.answer(self.functions[name], request, "/" + path)

    def _deploy(self, wanted: FunctionSettings) -> None:
        if wanted.policy is not None:
            self.access.attach(wanted.name, wanted.policy)
        self._keys[wanted.name] = self.credential_of_role(wanted.name)
        function = wanted.make(wanted.name, self.environment(wanted.name), self._write_log)
        self.functions[wanted.name] = function
        for trigger in wanted.triggers:
            self._bind(function, trigger)

    def _bind(self, function: Function, trigger: Uploads | Timer | Topic | Url) -> None:
        invoked = (self.agenda, self.asynchronous, function)
        own = self.settings.bucket
        match trigger:
            case Uploads(prefix, suffix, bucket, event):
                self.upload_triggers.append(
                    UploadTrigger(
                        *invoked, bucket=bucket or own, prefix=prefix, suffix=suffix, event=event
                    )
                )
            case Topic(name):
                owner = own.rpartition("-")[2]
                self.topic_triggers.append(TopicTrigger(*invoked, owner=owner, name=name))
            case Timer(name, every_seconds, message, cron):
                timer = TimerTrigger(
                    *invoked,
                    name=name,
                    every_seconds=every_seconds or 0.0,
                    cron=None if cron is None else parse_cron(cron),
                    message=message,
                )
                known = name if name not in self.timers else f"{function.name}.{name}"
                self.timers[known] = timer
                timer.start()
            case Url():
                pass  # `_function_url` looks for it

    def _tell_uploads(self, event: ObjectEvent) -> None:
        for trigger in self.upload_triggers:
            trigger(event)

    def _tell_topics(self, message: QueuedMessage) -> None:
        for trigger in self.topic_triggers:
            trigger(message)

    def _renew_environments(self) -> None:
        for function in self.functions.values():
            function.environment.update(self.environment(function.name))

    def _write_log(self, line: LogLine) -> None:
        with self._log_lock:
            self.logs.append(line)
            self._logged += 1
        if self.on_log is not None:
            self.on_log(line)


def is_signed_for_cos(environ: WSGIEnvironment) -> bool:
    """Tell whether a request is signed in COS's own words, whatever its host is."""
    return "q-sign-algorithm=" in environ.get("HTTP_AUTHORIZATION", "")


def _nothing_here() -> Response:
    return Response("there is nothing at this address\n", status=404)


def _variables_of(credential: Credential) -> dict[str, str]:
    return {
        "TENCENTCLOUD_SECRETID": credential.secret_id,
        "TENCENTCLOUD_SECRETKEY": credential.secret_key,
        "TENCENTCLOUD_SESSIONTOKEN": credential.token or "",
    }
