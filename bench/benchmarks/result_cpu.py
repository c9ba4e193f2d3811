"""result-cpu: the CPU time that it takes to make a result of a callback's body."""

from __future__ import annotations

import json
from functools import partial
from statistics import median

import xmltodict
from qcloud_cos.cos_comm import xml_to_dict

from bench.measurement import Benchmark, Figures, Part
from bench.timing import Side, cpu_seconds, in_turn
from shared.card import ReadCard
from shared.card.checks import Doubts, card_checks
from shared.documents import Attempt, Evidence, EvidenceFormat, Source
from shared.jobs import Container, Job
from shared.jobs.reply import described_in, job_in_callback
from shared.pipeline.attempt import job_outcome, result_of
from shared.pipeline.steps import Leave, WriteResult
from shared.settings.load import load
from tests.support.cards import ID_CARD, finished_job, id_infos, job_node, read
from tests.support.environment import BUCKET, ENVIRONMENT, REGION

_TURNS = 5
_BURSTS = 5
# The first ten of a burst take up to three times as long, since the other side had the caches.
_TIMES = 200
_AT = "2026-01-02T03:04:09Z"
_SETTINGS = load(ENVIRONMENT, submits=True)
_ATTEMPT = Attempt(
    source=Source(BUCKET, REGION, "uploads/a.jpg", "0" * 32, 128_000, _AT, None),
    card_type="IDCard",
    version="0" * 32,
    attempt=1,
    owner="an-owner",
    state="submitted",
    trigger="upload",
)
_JOB = finished_job(
    container=Container("Success", "Success", None, id_infos(**ID_CARD), "1"),
    user_data="v1." + "A" * 107 + "." + "A" * 43,
)
_READ = read("IDCard", id_infos(**ID_CARD))


def _measure(*, quick: bool) -> Figures:
    detail = {"EventName": "TaskFinish", "JobsDetail": job_node(_JOB)}
    bodies = {
        "JSON": (json.dumps(detail, ensure_ascii=False).encode(), 0.5),
        "XML": (xmltodict.unparse({"Response": detail}).encode(), 1.4),
    }
    xml, _ = bodies["XML"]
    bursts = 1 if quick else _BURSTS
    parts = {}
    for form, (body, goal) in bodies.items():
        ours = partial(cpu_seconds, _from_callback, [body] * _TIMES)
        parts[form] = Part(goal, _beside_the_sdk(ours, xml, bursts))
    json_body, _ = bodies["JSON"]
    both = partial(cpu_seconds, _from_ci, [(json_body, xml)] * _TIMES)
    by_default = (
        "JSON, and the result from CI's own reply in XML, as CALLBACK_VERIFY has it by default"
    )
    checks = partial(cpu_seconds, _checked, [_READ] * _TIMES)
    whole = partial(cpu_seconds, _from_callback, [json_body] * _TIMES)
    beside = {
        by_default: median(_beside_the_sdk(both, xml, bursts)),
        "JSON: the checks' own share of it": median(in_turn(checks, whole, _TURNS, bursts)),
    }
    return Figures(parts, beside)


def _beside_the_sdk(ours: Side, xml: bytes, bursts: int) -> list[float]:
    theirs = partial(cpu_seconds, xml_to_dict, [xml] * _TIMES)
    ours()
    theirs()  # both are warm now
    return in_turn(ours, theirs, _TURNS, bursts)


def _checked(card: ReadCard) -> object:
    """What a card that was read is checked by."""
    none = Doubts(frozenset(), frozenset(), frozenset())
    return card_checks(
        "IDCard", card.fields, card.items, none, at=_AT, minimum_score=_SETTINGS.minimum_score
    )


def _from_callback(body: bytes) -> bytes:
    """What callback computes where it takes the callback's own job, or has to."""
    job, form = job_in_callback(body)
    return _result(job, form)


def _from_ci(bodies: tuple[bytes, bytes]) -> bytes:
    """What it computes where it reads the callback, and the job again from CI."""
    called, described = bodies
    job_in_callback(called)
    (job,) = described_in(described).jobs
    return _result(job, "api")


def _result(job: Job, form: EvidenceFormat) -> bytes:
    ended = job_outcome(job)
    if isinstance(ended, Leave):
        raise TypeError("the job has ended")
    step = WriteResult(ended.outcome, ended.error, job)
    evidence = Evidence("callback", form, verified=True, received_at=_AT)
    return result_of(_SETTINGS, _ATTEMPT, step, evidence, _AT).body()


RESULT_CPU = Benchmark(
    "result-cpu",
    "CPU time in which a callback's body becomes a result",
    "÷ the SDK's xml_to_dict on the same job",
    _measure,
)
