"""The control API of an emulator whose function fails at every event it is told to."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from qcloud_cos import CosS3Client, CosServiceError

from coslocal import Emulator, FunctionSettings, Settings, Timer, Uploads, Url
from coslocal.client import official_client
from coslocal.functions import in_this_process
from coslocal.server import served

BUCKET = "examples-1250000000"
URL = "http://127.0.0.1:8000/control/"


class Deployed:
    """The cloud, and a handler of both functions that fails where it is told to."""

    def __init__(self) -> None:
        self.emulator: Emulator
        self.session: requests.Session
        self.fails = False
        self.events: list[dict[str, Any]] = []

    def handle(self, event: dict[str, Any], _context: object) -> None:
        self.events.append(event)
        if self.fails:
            raise RuntimeError("scripted")

    def ask(self, method: str, path: str, asked: object = None) -> Any:
        answer = self.session.request(method, URL + path, json=asked)
        return answer.json() if answer.ok else (answer.status_code, answer.json()["error"])


@pytest.fixture
def handled() -> Deployed:
    return Deployed()


@pytest.fixture
def emulator_settings(handled: Deployed) -> Settings:
    make = in_this_process(handled.handle)
    return Settings(
        functions=[
            FunctionSettings("uploaded", make, [Uploads("uploads/")]),
            FunctionSettings("timed", make, [Timer("hourly", 3600), Timer("daily", 86_400)]),
        ]
    )


@pytest.fixture
def deployed(handled: Deployed, emulator: Emulator) -> Deployed:
    handled.emulator, handled.session = emulator, emulator.client_session()
    return handled


@pytest.fixture
def client(deployed: Deployed) -> CosS3Client:
    emulator = deployed.emulator
    return official_client(emulator.settings.url, emulator.uploader, emulator.settings.region)


def test_it_tells_what_is_deployed(deployed: Deployed) -> None:
    assert deployed.ask("GET", "") == {
        "url": "http://127.0.0.1:8000",
        "region": "ap-guangzhou",
        "bucket": BUCKET,
        "functions": ["uploaded", "timed"],
    }


def test_an_event_that_was_given_up_is_shown_and_sent_again(
    deployed: Deployed, client: CosS3Client
) -> None:
    deployed.fails = True
    client.put_object(BUCKET, b"x", "uploads/a.jpg")
    deployed.emulator.advance(200)
    (letter,) = deployed.ask("GET", "dead-letters")
    assert (letter["function"], letter["attempts"], letter["code"]) == ("uploaded", 3, 430)
    assert [one["attempt"] for one in deployed.ask("GET", "invocations")][:1] == [1]

    deployed.fails = False
    deployed.events.clear()
    assert deployed.ask("POST", "dead-letters") == {"sent": 1}
    deployed.emulator.run_until_idle()
    assert deployed.events == [letter["event"]]
    assert deployed.ask("GET", "dead-letters") == []


def test_a_request_to_cos_is_made_to_fail(deployed: Deployed, client: CosS3Client) -> None:
    fault = {"on": "cos", "code": "AccessDenied", "key": "uploads/.*", "times": 2}
    assert deployed.ask("POST", "faults", fault) == {}
    client.put_object(BUCKET, b"x", "other")
    for _time in range(2):
        with pytest.raises(CosServiceError, match="AccessDenied"):
            client.put_object(BUCKET, b"x", "uploads/a.jpg")
    client.put_object(BUCKET, b"x", "uploads/a.jpg")


def test_a_request_to_cos_is_carried_out_and_seems_to_fail(
    deployed: Deployed, client: CosS3Client
) -> None:
    fault = {"on": "cos", "code": "AccessDenied", "after_effect": True}
    deployed.ask("POST", "faults", fault)
    with pytest.raises(CosServiceError, match="AccessDenied"):
        client.put_object(BUCKET, b"x", "a")
    assert client.object_exists(BUCKET, "a")


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ({"on": "request", "code": "SlowDown"}, "requests"),
        ({"on": "job", "code": "InternalError", "in_container": True}, "jobs"),
        ({"on": "callback", "effect": "drop", "times": 3}, "callbacks"),
    ],
)
def test_faults_of_ci_are_made_and_forgotten(
    deployed: Deployed, fault: dict[str, object], kind: str
) -> None:
    deployed.ask("POST", "faults", fault)
    faults = deployed.emulator.runner.faults
    (made,) = getattr(faults, kind)
    assert vars(made).items() >= {name: fault[name] for name in fault if name != "on"}.items()
    deployed.ask("DELETE", "faults")
    assert getattr(faults, kind) == []


def test_the_faults_still_to_come_are_shown(deployed: Deployed, client: CosS3Client) -> None:
    faults = [{"on": "cos", "code": "AccessDenied"}, {"on": "job", "code": "InternalError"}]
    for fault in faults:
        deployed.ask("POST", "faults", fault)
    shown = deployed.ask("GET", "faults")
    assert [(one["on"], one["code"], one["times"]) for one in shown] == [
        ("cos", "AccessDenied", 1),
        ("job", "InternalError", 1),
    ]
    with pytest.raises(CosServiceError):
        client.put_object(BUCKET, b"x", "a")
    assert [one["on"] for one in deployed.ask("GET", "faults")] == ["job"]


def test_messages_on_a_queue_are_shown(deployed: Deployed, client: CosS3Client) -> None:
    client.put_object(BUCKET, b"a cat", "a.jpg")
    queue = {"MqRegion": "gz", "MqMode": "Topic", "MqName": "ends"}
    job = {
        "Tag": "ImageLicenseRec",
        "Input": {"Object": "a.jpg"},
        "Operation": {"ImageLicenseRec": {"CardType": "IDCard"}},
        "CallBackFormat": "JSON",
        "CallBackType": "TDMQ",
        "CallBackMqConfig": queue,
    }
    client.ci_create_media_jobs(Bucket=BUCKET, Jobs=job, ContentType="application/xml")
    deployed.emulator.run_until_idle()
    (message,) = deployed.ask("GET", "messages")
    assert (message["region"], message["mode"], message["name"]) == ("gz", "Topic", "ends")
    assert json.loads(message["body"])["EventName"] == "TaskFinish"


def test_how_ci_behaves_is_changed(deployed: Deployed) -> None:
    shape = {"jobs_as_list": False}
    deployed.ask("POST", "behaviour", {"run_seconds": 3, "callback_shape": shape})
    behaviour = deployed.emulator.runner.behaviour
    assert (behaviour.run_seconds, behaviour.callback_shape.jobs_as_list) == (3, False)


def test_the_timer_of_a_name_is_fired(deployed: Deployed) -> None:
    deployed.ask("POST", "timer", {"name": "daily", "message": "all"})
    deployed.emulator.run_until_idle()
    (event,) = deployed.events
    assert (event["TriggerName"], event["Message"]) == ("daily", "all")


def test_the_only_timer_needs_no_name() -> None:
    one, make = Timer("hourly", 3600, "again"), in_this_process(lambda _event, _context: None)
    emulator = Emulator(Settings(functions=[FunctionSettings("timed", make, [one])]))
    session = emulator.client_session()
    assert session.post(URL + "timer").json() == {}


def test_whoever_waits_learns_whether_everything_is_done(
    deployed: Deployed, client: CosS3Client
) -> None:
    client.put_object(BUCKET, b"x", "uploads/a.jpg")
    assert deployed.ask("POST", "idle", {"seconds": 0}) == {"idle": False}
    deployed.emulator.run_until_idle()
    assert deployed.ask("POST", "idle", {"seconds": 0}) == {"idle": True}


def test_all_objects_are_forgotten(deployed: Deployed, client: CosS3Client) -> None:
    client.put_object(BUCKET, b"x", "a")
    deployed.ask("DELETE", "objects")
    assert "Contents" not in client.list_objects(BUCKET)


@pytest.mark.parametrize(
    ("method", "path", "asked", "status"),
    [
        ("POST", "faults", {"on": "nothing"}, 400),
        ("POST", "faults", {"on": "job", "colour": "red"}, 400),
        ("POST", "behaviour", {"colour": "red"}, 400),
        ("POST", "faults", {"on": ["job"]}, 400),
        ("POST", "faults", {"on": "job", "code": "X", "times": "two"}, 400),
        ("POST", "faults", {"on": "callback", "effect": "explode"}, 400),
        ("POST", "faults", {"on": "cos", "code": "X", "key": "("}, 400),
        ("POST", "faults", {"on": "request", "code": "X", "path": "("}, 400),
        ("POST", "faults", {"on": "request", "code": "X", "status": 999}, 400),
        ("POST", "behaviour", {"run_seconds": "long"}, 400),
        ("POST", "behaviour", {"callback_shape": None}, 400),
        ("POST", "timer", {"message": 5}, 400),
        ("POST", "timer", {"message": "which?"}, 400),
        ("POST", "timer", {"name": "weekly"}, 400),
        ("POST", "idle", {"seconds": "long"}, 400),
        ("POST", "faults", ["on"], 400),
        ("PUT", "faults", {}, 404),
        ("GET", "secrets", None, 404),
    ],
)
def test_what_can_not_be_is_refused(
    deployed: Deployed, method: str, path: str, asked: object, status: int
) -> None:
    assert deployed.ask(method, path, asked)[0] == status


def test_a_body_that_is_no_json_is_refused(deployed: Deployed) -> None:
    answer = deployed.session.post(URL + "faults", data=b"{")
    assert (answer.status_code, answer.json()) == (400, {"error": "the body is no JSON"})


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"function": "timed", "event": ' + b'{"a":' * 900 + b"1" + b"}" * 901,
        b'{"function": "timed", "event": {"a": NaN}}',
        b'{"function": "timed", "event": {"a": 1' + b"0" * 5000 + b"}}",
        b'{"\\ud800": 1}',
        b"\xff\xfe",
        b'{"function": "timed", "event": [1]}',
        b'{"function": ["timed"]}',
        b'{"function": "\\ud800"}',
    ],
)
def test_a_hostile_body_is_refused_in_a_line(
    deployed: Deployed, body: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    answer = deployed.session.post(URL + "invoke", data=body)
    assert answer.status_code in (200, 400)
    assert answer.ok == ("value" in answer.json())
    assert "\n" not in answer.json().get("error", "")
    assert capfd.readouterr().err == ""
    assert deployed.ask("GET", "")["functions"] == ["uploaded", "timed"]


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("behaviour", {"run_seconds": 10**400}),
        ("behaviour", {"start_after_seconds": 1e300}),
        ("faults", {"on": "callback", "effect": "delay", "seconds": 10**20}),
        ("faults", {"on": "cos", "code": "X", "times": 10**20}),
    ],
)
def test_a_number_that_no_clock_can_have_is_refused(
    deployed: Deployed, path: str, asked: dict[str, Any]
) -> None:
    assert deployed.ask("POST", path, asked)[0] == 400


def test_text_that_is_no_unicode_is_shown_as_it_came(deployed: Deployed) -> None:
    assert deployed.ask("POST", "faults", {"on": "cos", "code": "\ud800"}) == {}
    assert deployed.ask("GET", "faults")[0]["code"] == "\ud800"


def chunks(size: int) -> Iterator[bytes]:
    for _ in range(size // 1_000_000):
        yield b" " * 1_000_000


@pytest.mark.parametrize("path", ["/control/invoke", "/functions/called"])
def test_a_body_beyond_the_limit_is_refused_whether_it_says_its_length_or_not(path: str) -> None:
    make = in_this_process(lambda _event, _context: None)
    settings = [FunctionSettings("called", make, [Url()])]

    def new(url: str, session: requests.Session) -> Emulator:
        return Emulator(Settings(url=url, functions=settings), session=session)

    with served(new) as emulator:
        url = emulator.settings.url + path
        for body in (b" " * 8_000_000, chunks(8_000_000)):
            with contextlib.suppress(requests.ConnectionError):  # it hangs up on the rest
                assert requests.post(url, data=body, timeout=30).status_code == 413
        if path == "/control/invoke":
            assert requests.post(url, json={"function": "called"}, timeout=30).ok
        else:
            assert requests.post(url, data=b"small", timeout=30).ok


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://example.com"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Host": "rebound.example.com"},
    ],
)
def test_no_site_in_a_browser_reaches_it(deployed: Deployed, headers: dict[str, str]) -> None:
    answer: requests.Response = deployed.session.get(URL, headers=headers)
    assert answer.status_code == 403
