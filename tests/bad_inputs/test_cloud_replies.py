"""Bad replies of COS and CI: nothing is taken for an answer that isn't one."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from werkzeug.wrappers import Request, Response

from coslocal.functions import Failure
from coslocal.wsgi_adapter import WsgiAdapter
from local.cloud import LocalCloud, Setup
from local.recognition.scripted import ScriptedRecogniser
from shared.cloud import Cloud as Clients
from shared.errors import JobServiceFault
from shared.jobs.service import CiJobService
from shared.settings.load import Credentials, load
from tests.support.clouds import Cloud, cloud
from tests.support.corpus import Case, as_bytes, build, cases
from tests.support.environment import ENVIRONMENT
from tests.support.event_files import event_for
from tests.support.waiting import KEY, Waiting, choosing, listing_of, replying, troubles


def to_ci(request: Request, method: str) -> bool:
    return ".ci." in request.host and request.method == method


@cases("ci-answers")
def test_an_answer_to_a_submission_is_kept_as_what_it_means(case: Case) -> None:
    with cloud(CALLBACK_TYPE="NONE") as opened:
        with replying(opened, case.input, lambda request: to_ci(request, "POST")) as asked:
            etag = opened.upload(KEY)
        assert len(asked) == 1
        assert troubles(opened) == []
        if "outcome" in case.expected:
            result = opened.result(KEY, etag)
            seen = {"outcome": result["outcome"], "code": result["error"]["code"]}
        else:
            (pending,) = opened.pending()
            error = pending["error"] or {"code": None, "class": None}
            seen = {"state": pending["state"], "code": error["code"], "class": error["class"]}
        assert seen == case.expected


@cases("ci-job-replies")
def test_a_job_is_believed_only_as_ci_shows_it(case: Case) -> None:
    with cloud(CALLBACK_TYPE="NONE") as opened:
        waiting = Waiting(opened)
        body = build({"$json": {"JobsDetail": [{"$job": {}}]}}, waiting.names)
        reply = {**case.input, "body": build(case.input.get("body", ""), waiting.names)}
        with replying(opened, reply, lambda request: to_ci(request, "GET")) as asked:
            status, lines = waiting.post(body)
        assert asked
        assert status == case.expected["status"]
        if "outcome" in case.expected:
            result = waiting.result()
            assert result["outcome"] == case.expected["outcome"]
            assert (result["error"] or {}).get("code") == case.expected.get("code")
        else:
            assert [line["problem"] for line in lines] == [case.expected["problem"]]
            assert waiting.results() == []
            assert len(opened.pending()) == 1


STEPS = {
    "photo": ("HEAD", f"/{KEY}"),
    "claim": ("PUT", f"/ocr/pending/{KEY}"),
    "result": ("HEAD", f"/ocr/results/{KEY}"),
}


@cases("cos-replies")
def test_no_job_is_sent_on_an_answer_that_is_none(case: Case) -> None:
    method, path = STEPS[case.input["step"]]
    expected = case.expected

    def is_step(request: Request) -> bool:
        return request.method == method and request.path.startswith(path)

    with cloud(CALLBACK_TYPE="NONE") as opened:
        opened.put(KEY)
        opened.local.agenda.clear()
        opened.local.runner.behaviour.start_after_seconds = 1e6
        with replying(opened, case.input, is_step) as asked:
            answer = opened.invoke("submit", event_for(KEY))
        assert asked
        assert isinstance(answer, Failure) is expected["failed"]
        assert len(opened.jobs) == expected.get("sent", 0)
        if "trouble" in expected:
            line = troubles(opened)[-1]
            assert {name: line[name] for name in expected["trouble"]} == expected["trouble"]
        if "pending" in expected:
            assert [pending["error"]["code"] for pending in opened.pending()] == [
                expected["pending"]
            ]
        if "outcome" in expected:
            (name,) = opened.names("results")
            document = opened.document(name)
            assert (document["outcome"], document["error"]["code"]) == (
                expected["outcome"],
                expected["code"],
            )


@cases("cos-refusals")
def test_a_photo_that_cos_refuses_to_show_ends_visibly(case: Case) -> None:
    """The answer to the HEAD of a photo is `head`, that to the LIST of its key is `listing`."""
    expected = case.expected

    def choose(request: Request) -> Any:
        if request.method == "HEAD" and request.path == f"/{KEY}":
            return case.input["head"]
        return case.input["listing"] if request.args.get("prefix") == KEY else None

    with cloud(CALLBACK_TYPE="NONE") as opened:
        opened.put(KEY)
        opened.local.agenda.clear()
        with choosing(opened, choose) as asked:
            answer = opened.invoke("submit", event_for(KEY))
        assert asked
        assert isinstance(answer, Failure) is expected.get("failed", False)
        assert opened.jobs == []
        assert [line["problem"] for line in troubles(opened)] == expected.get("problems", [])
        errors = [
            *(pending["error"] for pending in opened.pending()),
            *(opened.document(name)["error"] for name in opened.names("results")),
        ]
        assert [error["code"] for error in errors] == expected.get("codes", [])
        outcomes = [opened.document(name)["outcome"] for name in opened.names("results")]
        assert outcomes == expected.get("outcomes", [])


@cases("holds")
def test_whatever_lies_among_the_holds_is_one(case: Case) -> None:
    """COS shows these names there at 08:15 on 2026-11-20, or replies what is in `reply`."""
    reply = case.input.get("reply") or {
        "headers": {"Date": "Fri, 20 Nov 2026 08:15:00 GMT"},
        "body": listing_of(build(case.input["names"]), "ocr/state/holds/"),
    }
    with cloud(CALLBACK_TYPE="NONE") as opened:
        opened.put(KEY)
        opened.local.agenda.clear()
        with replying(
            opened, reply, lambda request: request.args.get("prefix") == "ocr/state/holds/"
        ) as asked:
            assert opened.invoke("submit", event_for(KEY)) == {"records": 1}
        assert asked
        (pending,) = opened.pending()
        code = (pending["error"] or {}).get("code")
        assert (pending["state"], code) == (case.expected["state"], case.expected.get("code"))


@cases("cos-listings")
def test_half_a_listing_is_none(case: Case) -> None:
    def is_listing(request: Request) -> bool:
        prefix = request.args.get("prefix", "")
        return ".cos." in request.host and prefix.startswith("ocr/pending/")

    local = LocalCloud(ScriptedRecogniser(), Setup(functions=("submit", "callback", "sweep")))
    opened = Cloud(local)
    with local.in_process(), replying(opened, case.input, is_listing) as asked:
        answer = opened.invoke("sweep", {"Type": "Timer", "Message": ""})
    assert asked
    if "problem" in case.expected:
        assert answer["whole"] is False
        found = {(line["event"], line["problem"]) for line in troubles(opened)}
        assert found == {("not_listed", case.expected["problem"])}
    else:
        assert sum(answer["pending"].values()) == case.expected["pending"]


@cases("ci-job-lists")
def test_a_list_of_jobs_that_is_none_is_a_fault_and_not_an_empty_list(case: Case) -> None:
    @Request.application
    def app(_request: Request) -> Response:
        body = as_bytes(build(case.input.get("body", "")))
        return Response(body, case.input.get("status", 200))

    session = requests.Session()
    session.mount("https://", WsgiAdapter(app))
    clients = Clients("ap-guangzhou", Credentials("AKIDinvented", "invented", None), session)
    service = CiJobService(clients, load(ENVIRONMENT, submits=True))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("qcloud_cos.cos_client.time.sleep", lambda _seconds: None)
        seen: dict[str, Any] = {}
        try:
            seen["jobs"] = len(service.list_created(0.0, None).jobs)
        except JobServiceFault as fault:
            seen["code"] = fault.code
    assert seen == case.expected
