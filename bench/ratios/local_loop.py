"""R10: what the local cloud costs around moto and the SDK: from an upload to its result."""

from __future__ import annotations

import itertools

from qcloud_cos import CosConfig, CosS3Client

from bench.peers.bare import BareCloud
from bench.peers.sdk import Calls, client_on
from bench.ratio import Figures, Part, Ratio, at_least
from bench.timing import TURNS, cpu_seconds, in_turn
from local.cloud import LocalCloud
from local.recognition.scripted import ScriptedRecogniser
from tests.support.clouds import BUCKET, CARD

_CARDS = 10
_BURSTS, _QUICK_BURSTS = 20, 6
_RESULT = b"{}" + b" " * 2000  # as large as ours are


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
        calls.callback(key, "j1", _RESULT)

    def ours() -> float:
        return cpu_seconds(upload, keys())

    def theirs() -> float:
        return cpu_seconds(operate, keys())

    with local.in_process():
        ours()
        theirs()  # both are warm now
        # Cards a second: the inverse of seconds.
        ratios = in_turn(theirs, ours, TURNS, _QUICK_BURSTS if quick else _BURSTS)
    results = uploader.list_objects(Bucket=BUCKET, Prefix="ocr/pending/").get("Contents", [])
    problems = [f"{len(results)} cards are left pending"] if results else []
    return Figures({"": Part(at_least(0.8), ratios, problems)})


LOCAL_LOOP = Ratio(
    "R10",
    "cards a second of CPU time, from upload to result, in process",
    "the operations of the SDK and moto that this consists of",
    _measure,
)
