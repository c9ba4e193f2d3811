"""R10: what the local cloud costs around moto and the SDK: from an upload to its result."""

from __future__ import annotations

import itertools
import json
import os
from statistics import median
from unittest import mock

from qcloud_cos import CosConfig, CosS3Client

from bench.peers.bare import JOB_ID, BareCloud
from bench.peers.sdk import Calls, client_on
from bench.quiet import quiet
from bench.ratio import Figures, Part, Ratio, at_least
from bench.records import callback_event, cos_event
from bench.timing import TURNS, cpu_seconds, in_turn
from coslocal.wsgi_adapter import carried_into
from functions.callback.index import main_handler as call_back
from functions.submit.index import main_handler as submit
from local.cloud import LocalCloud
from local.recognition.scripted import ScriptedRecogniser
from tests.support.cards import finished_job, job_node
from tests.support.clouds import BUCKET, CARD
from tests.support.environment import ENVIRONMENT

_CARDS = 10
_BURSTS, _QUICK_BURSTS = 20, 6
_RESULT = b"{}" + b" " * 2000  # as large as ours are
_CALLED = json.dumps({"JobsDetail": job_node(finished_job(job_id=JOB_ID))})


def _measure(*, quick: bool) -> Figures:
    numbers = itertools.count()
    local, bare = LocalCloud(ScriptedRecogniser()), BareCloud()
    uploader = CosS3Client(
        CosConfig(
            Region=local.setup.region,
            SecretId=local.uploader.secret_id,
            SecretKey=local.uploader.secret_key,
        ),
        session=local.client_session(),
    )
    calls = Calls(client_on(bare.session()))

    def keys() -> list[str]:
        return [f"uploads/{next(numbers):06}.jpg" for _ in range(_CARDS)]

    def upload(key: str) -> None:
        uploader.put_object(Bucket=BUCKET, Key=key, Body=CARD)
        local.run_until_idle()

    def operate(key: str) -> None:
        calls.put(key, CARD)
        calls.submit(key)
        bare.read(key)
        calls.read(f"ocr/pending/{key}.0001.json")  # as callback does for a job as new as this
        calls.callback(key, JOB_ID, _RESULT)

    def handle(key: str) -> None:
        calls.put(key, CARD)
        submit(cos_event(key), None)
        bare.read(key)
        call_back(callback_event(bare.token, _CALLED), None)

    def ours() -> float:
        with local.in_process():
            return cpu_seconds(upload, keys())

    def theirs() -> float:
        return cpu_seconds(operate, keys())

    def functions_alone() -> float:
        with carried_into(bare), mock.patch.dict(os.environ, ENVIRONMENT), quiet():
            return cpu_seconds(handle, keys())

    for side in (ours, theirs, functions_alone):
        side()  # all are warm now
    bursts = _QUICK_BURSTS if quick else _BURSTS
    # Cards a second: the inverse of seconds.
    ratios = in_turn(theirs, ours, TURNS, bursts)
    highest = median(in_turn(theirs, functions_alone, TURNS, bursts))
    problems = [
        f"{len(left)} cards are left pending {where}"
        for where, client in (("in the local cloud", uploader), ("on moto", calls.sdk))
        if (left := client.list_objects(Bucket=BUCKET, Prefix="ocr/pending/").get("Contents"))
    ]
    return Figures(
        {"": Part(at_least(0.8), ratios, problems)},
        {"the functions on moto, with nothing of the local cloud around them": highest},
    )


LOCAL_LOOP = Ratio(
    "R10",
    "cards a second of CPU time, from upload to result, in process",
    "the operations of the SDK and moto that this consists of",
    _measure,
)
