"""Everything that can happen to a card, once, on a local cloud that records each role's calls."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import SimpleNamespace

import pytest

from coslocal.agenda import MovableClock
from coslocal.cam.access import Asked
from coslocal.ci.faults import CallbackFault, JobFault, RequestFault
from coslocal.cos.errors import CosError
from coslocal.cos.requests import CosRequest
from coslocal.functions import Failure
from tests.support.clouds import Cloud, cloud
from tests.support.event_files import event_for

KEY = "uploads/a.jpg"
FUNCTIONS = ("submit", "callback", "sweep")
HOUR = 3600.0
DAY = 24 * HOUR


class World(Cloud):
    """A cloud whose clock moves on, for the functions too; signatures stay the machine's."""

    def pass_time(self, seconds: float) -> None:
        clock = self.local.agenda.clock
        assert isinstance(clock, MovableClock)
        clock.move(seconds)

    def sweep(self, message: str = "") -> None:
        answer = self.invoke("sweep", {"Type": "Timer", "TriggerName": "x", "Message": message})
        assert not isinstance(answer, Failure), answer
        self.local.run_until_idle()

    def outcome(self, key: str, etag: str) -> tuple[str, str | None]:
        result = self.result(key, etag)
        return result["outcome"], (result["error"] or {}).get("code")


Scenario = Callable[[World], None]


@contextmanager
def world(**settings: str) -> Iterator[World]:
    clock = MovableClock()
    with pytest.MonkeyPatch.context() as patch, cloud(clock, FUNCTIONS, **settings) as opened:
        patch.setattr("shared.cloud.time", SimpleNamespace(time=clock, monotonic=clock))
        patch.setattr("qcloud_cos.cos_client.time.sleep", lambda _seconds: None)
        there = World(opened.local)
        there.calls = opened.calls
        yield there


def faults(method: str, folder: str, times: int) -> Callable[[CosRequest], CosError | None]:
    """COS fails so many requests of this method for an object of this folder."""
    left = iter([CosError("InternalError", "scripted")] * times)

    def fault(request: CosRequest) -> CosError | None:
        meant = request.method == method and folder in (request.key or "")
        return next(left, None) if meant else None

    return fault


def an_upload(there: World) -> None:
    etag = there.upload(KEY)
    assert there.outcome(KEY, etag) == ("recognised", None)


def a_rejection_whose_reply_is_lost(there: World) -> None:
    there.local.cos.after_effect = faults("PUT", "results/", 1)
    etag = there.upload("uploads/notes.txt", b"hello", ContentType="text/plain")
    assert there.outcome("uploads/notes.txt", etag)[0] == "rejected"


def an_event_for_what_is_gone(there: World) -> None:
    assert there.invoke("submit", event_for("uploads/gone.jpg")) == {"records": 1}


def an_event_whose_key_is_encoded(there: World) -> None:
    there.put("uploads/a b.jpg")
    there.local.agenda.clear()
    assert there.invoke("submit", event_for("uploads/a%20b.jpg")) == {"records": 1}
    assert there.jobs == []  # without since.json it is left to reconcile
    body = b'{"since": "2000-01-01T00:00:00Z"}'
    name = f"{there.output_prefix}state/since.json"
    there.user.put_object(Bucket=there.output_bucket, Key=name, Body=body)
    assert there.invoke("submit", event_for("uploads/a%20b.jpg")) == {"records": 1}
    assert len(there.jobs) == 1


def the_same_event_before_and_after_the_result(there: World) -> None:
    there.put(KEY)
    there.local.agenda.clear()
    for _ in range(2):
        there.invoke("submit", event_for(KEY))
    there.local.run_until_idle()
    there.invoke("submit", event_for(KEY))
    assert (len(there.jobs), there.pending()) == (1, [])


def a_claim_that_goes_while_it_is_compared(there: World) -> None:
    def delete(request: CosRequest) -> None:
        if request.method == "GET" and "pending/" in (request.key or ""):
            there.local.cos.before_effect = lambda _request: None
            there.user.delete_object(Bucket=request.bucket, Key=request.key)

    there.put(KEY)
    there.local.agenda.clear()
    there.invoke("submit", event_for(KEY))
    there.local.cos.before_effect = delete
    assert there.invoke("submit", event_for(KEY)) == {"records": 1}


def a_callback_that_comes_twice(there: World) -> None:
    there.local.runner.faults.callbacks.append(CallbackFault("duplicate"))
    an_upload(there)
    assert [delivery.status for delivery in there.local.callbacks] == [200, 200]


def a_photo_gone_before_the_callback(there: World) -> None:
    etag = _submitted(there)
    there.user.delete_object(Bucket=there.local.setup.bucket, Key=KEY)
    there.local.run_until_idle()
    assert there.outcome(KEY, etag)[0] == "failed"


def a_lost_callback_and_a_photo_gone_since(there: World) -> None:
    there.local.runner.faults.callbacks.append(CallbackFault("drop"))
    etag = there.upload(KEY)
    there.user.delete_object(Bucket=there.local.setup.bucket, Key=KEY)
    there.pass_time(150)
    there.sweep()
    assert there.result(KEY, etag)["evidence"]["delivered_by"] == "sweep"


def a_result_beside_what_is_still_pending(there: World) -> None:
    there.local.cos.before_effect = faults("DELETE", "pending/", 2)  # the SDK asks twice
    there.upload(KEY)
    assert there.pending()
    there.pass_time(150)
    there.sweep()
    assert there.pending() == []


def a_result_that_callback_meets(there: World) -> None:
    etag = _submitted(there)
    name = f"{there.output_prefix}results/{KEY}.{etag}.json"
    there.user.put_object(Bucket=there.output_bucket, Key=name, Body=b"{}")
    there.local.run_until_idle()
    assert len(there.pending()) == 1


def a_later_attempt_beside_a_result(there: World) -> None:
    etag = _submitted(there)
    (attempt,) = there.pending()
    there.local.run_until_idle()
    later = {**attempt, "attempt": 2, "job_id": "unknown2CI"}
    name = f"{there.output_prefix}pending/{KEY}.{etag}.0002.json"
    there.user.put_object(Bucket=there.output_bucket, Key=name, Body=json.dumps(later).encode())
    there.pass_time(2 * HOUR)
    there.sweep()
    assert (there.pending(), len(there.names("deleted"))) == ([], 1)


def a_refusal_that_passes(there: World) -> None:
    there.local.runner.faults.requests.append(RequestFault("SlowDown"))
    etag = there.upload(KEY)
    there.pass_time(400)
    there.sweep()
    assert there.outcome(KEY, etag) == ("recognised", None)


def a_refusal_until_it_is_given_up(there: World) -> None:
    there.local.runner.faults.requests.append(RequestFault("InvalidArgument", times=9))
    etag = there.upload(KEY)
    for _ in range(3):
        there.pass_time(DAY)
        there.sweep()
    assert there.outcome(KEY, etag) == ("failed", "InvalidArgument")


def an_unanswered_post_whose_job_is_found(there: World) -> None:
    there.local.runner.faults.requests.append(RequestFault(None, after_effect=True))
    there.local.runner.faults.callbacks.append(CallbackFault("drop"))
    etag = there.upload(KEY)
    assert there.pending()[0]["state"] == "unknown"
    for _ in range(2):
        there.pass_time(1300)
        there.sweep()
    assert there.result(KEY, etag)["evidence"]["delivered_by"] == "sweep"


def a_job_that_failed_for_a_passing_reason(there: World) -> None:
    there.local.runner.faults.jobs.append(JobFault("InternalError"))
    etag = there.upload(KEY)
    there.pass_time(150)
    there.sweep()
    assert there.outcome(KEY, etag) == ("recognised", None)
    assert there.result(KEY, etag)["job"]["attempt"] == 2


def a_job_that_vanished(there: World) -> None:
    etag = there.put(KEY)
    there.local.agenda.clear()
    there.invoke("submit", event_for(KEY))
    there.local.agenda.clear()
    (queue,) = there.local.ci.queues()
    queue._jobs.clear()  # noqa: SLF001 — CI has no call that forgets a job
    queue._waiting.clear()  # noqa: SLF001 — as above
    for _ in range(3):
        there.pass_time(1.5 * HOUR)
        there.sweep()
    assert there.outcome(KEY, etag) == ("recognised", None)


def a_lost_event(there: World) -> None:
    there.sweep()  # says since when reconcile looks
    there.pass_time(60)
    etag = there.put(KEY)
    there.local.agenda.clear()
    there.pass_time(2 * HOUR)
    there.sweep("reconcile")
    assert there.outcome(KEY, etag) == ("recognised", None)


def a_daily_limit(there: World) -> None:
    there.local.runner.faults.requests.append(RequestFault("SlowDown", times=2))
    for key in (KEY, "uploads/b.jpg"):
        there.upload(key)
    for _ in range(2):
        there.pass_time(400)
        there.sweep()
    assert (len(there.jobs), len(there.names("results"))) == (1, 1)


def a_run_again(there: World) -> None:
    """What rerun writes: a claim of run 2 that was never sent."""
    etag = there.upload(KEY)
    there.local.runner.faults.requests.append(RequestFault("SlowDown"))
    other = there.upload("uploads/b.jpg")
    (name,) = there.names("pending")
    pending = there.document(name)
    pending |= {"version": f"{other}~2", "trigger": "rerun", "error": None}
    there.user.delete_object(Bucket=there.output_bucket, Key=name)
    there.user.put_object(
        Bucket=there.output_bucket,
        Key=name.replace(other, f"{other}~2"),
        Body=json.dumps(pending).encode(),
    )
    there.pass_time(400)
    there.sweep()
    assert there.outcome("uploads/b.jpg", f"{other}~2") == ("recognised", None)
    assert there.outcome(KEY, etag) == ("recognised", None)


def a_bucket_with_versioning(there: World) -> None:
    there.user.put_bucket_versioning(Bucket=there.output_bucket, Status="Enabled")
    there.upload(KEY)
    there.sweep()
    assert there.jobs == []


def _submitted(there: World) -> str:
    """A card whose job CI took and hasn't run."""
    etag = there.put(KEY)
    there.local.agenda.clear()
    there.invoke("submit", event_for(KEY))
    return etag


SCENARIOS: tuple[Scenario, ...] = (
    an_upload,
    a_rejection_whose_reply_is_lost,
    an_event_for_what_is_gone,
    an_event_whose_key_is_encoded,
    the_same_event_before_and_after_the_result,
    a_claim_that_goes_while_it_is_compared,
    a_callback_that_comes_twice,
    a_photo_gone_before_the_callback,
    a_lost_callback_and_a_photo_gone_since,
    a_result_beside_what_is_still_pending,
    a_result_that_callback_meets,
    a_later_attempt_beside_a_result,
    a_refusal_that_passes,
    a_refusal_until_it_is_given_up,
    an_unanswered_post_whose_job_is_found,
    a_job_that_failed_for_a_passing_reason,
    a_job_that_vanished,
    a_lost_event,
    a_daily_limit,
    a_run_again,
    a_bucket_with_versioning,
)
SETTINGS: Mapping[Scenario, Mapping[str, str]] = {a_daily_limit: {"MAX_JOBS_PER_DAY": "1"}}


def play(scenario: Scenario, settings: Mapping[str, str]) -> list[Asked]:
    """The calls that the functions make in a scenario, each within what its role allows."""
    with world(**SETTINGS.get(scenario, {}), **settings) as there:
        scenario(there)
        return there.calls
