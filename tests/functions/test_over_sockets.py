"""One run over real sockets, each function in processes of its own, as in `make up`."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator

import pytest
import requests

from coslocal.cam.access import Asked
from coslocal.client import official_client
from coslocal.server import LocalServer
from local.cloud import LocalCloud, Setup, in_processes
from local.recognition.scripted import ScriptedRecogniser
from tests.support.cards import NAME
from tests.support.clouds import BUCKET, CARD, DELIVERIES, policies, secrets_of
from tests.support.privacy import leaks
from tests.support.schema import validate_result

WAIT_SECONDS = 30


@pytest.fixture(params=["URL", "TDMQ"])
def served(request: pytest.FixtureRequest) -> Iterator[LocalCloud]:
    server = LocalServer()
    settings = DELIVERIES[request.param]
    setup = Setup(url=server.url, policies=policies({}), settings=settings)
    local = LocalCloud(
        ScriptedRecogniser(), setup, make_function=in_processes, session=requests.Session()
    )
    server.serve(local.app)
    local.start()
    yield local
    local.stop()
    server.stop()


def test_photos_become_results_over_sockets_and_processes(served: LocalCloud) -> None:
    # Given somebody who sees each call of a role, and waits for the line of a result
    calls: list[Asked] = []
    served.access.on_call = calls.append
    done = threading.Semaphore(0)
    served.on_log = lambda line: done.release() if '"event": "result"' in line.text else None
    user = official_client(served.setup.url, served.uploader, served.setup.region)
    # When photos are uploaded with the official SDK
    keys = [f"uploads/样本 {number}+.jpg" for number in range(4)]
    etags = [
        user.put_object(Bucket=BUCKET, Key=key, Body=CARD + b" " * number)["ETag"].strip('"')
        for number, key in enumerate(keys)
    ]
    assert all(done.acquire(timeout=WAIT_SECONDS) for _ in keys)
    served.agenda.stop()
    # Then each has its result, one job each, and nothing personal in any function's log
    for key, etag in zip(keys, etags, strict=True):
        name = f"ocr/results/{key}.{etag}.json"
        body = user.get_object(Bucket=BUCKET, Key=name)["Body"].get_raw_stream().read()
        result = json.loads(body)
        validate_result(result)
        assert result["fields"]["name"] == NAME
        assert result["evidence"]["delivered_by"] == "callback"
    assert len(served.jobs) == len(keys)
    assert calls
    assert all(one.allowed for one in calls)
    assert all(delivery.status == 200 for delivery in served.callbacks)
    assert len(served.callbacks) + len(served.runner.messages) == len(keys)
    lines = [line.text for line in served.logs]
    assert lines
    assert set().union(*(leaks(line, secrets_of(served)) for line in lines)) == set()
