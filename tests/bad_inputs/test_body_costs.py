"""What one callback with a valid token can cost: bodies made to be expensive, in one process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

import pytest

from docs.blocks import ROOT
from shared import callback_token
from tests.support.environment import BUCKET, ENVIRONMENT, SECRET

MAX_MEGABYTES = 90
SIZES = (131_072, 1_000_000)

_RESULT = '{"JobsDetail":{"JobId":"a","Operation":{"ImageLicenseRecResult":'
# Beginning, what is repeated, end.
BODIES = {
    "jobs": ('{"JobsDetail":[', "{},", "{}]}"),
    "items": (
        f'{_RESULT}{{"IdInfo":[',
        "{},",
        "{}]}}}}",
    ),
    "corners": (
        f'{_RESULT}{{"IdInfo":[{{"Location":{{"Point":[',
        '"1,2",',
        '"1,2"]}}]}}}}',
    ),
    "arrays in arrays": ("", "[", ""),
    "objects in objects": ("", '{"a":', ""),
    "elements of jobs": ("<Response>", "<JobsDetail/>", "</Response>"),
    "elements of items": (
        "<Response><JobsDetail><JobId>a</JobId><Operation><ImageLicenseRecResult>",
        "<IdInfo/>",
        "</ImageLicenseRecResult></Operation></JobsDetail></Response>",
    ),
    "elements in elements": ("", "<a>", ""),
    "closed elements in elements": ("<a>" * 15_000, "</a>", ""),
    "references": ("<R>", "&#1;", "</R>"),
    "processing instructions": ("", "<?a?>", "<a/>"),
    "digits": ('{"a":', "9", "}"),
}
_PROGRAM = """
import contextlib, io, json, re, sys, time
from pathlib import Path
import shared.pipeline.callback, shared.cloud
from functions.callback.index import main_handler
token = sys.argv[1]
for line in sys.stdin:
    name, body = json.loads(line)
    started, printed = time.process_time(), io.StringIO()
    with contextlib.redirect_stdout(printed):
        event = {"queryString": {"t": token}, "body": body, "httpMethod": "POST"}
        status = main_handler(event, {})["statusCode"]
    spent = time.process_time() - started
    kilobytes = re.search(r"VmHWM:\\s+([0-9]+)", Path("/proc/self/status").read_text())[1]
    peak = int(kilobytes) / 1024
    print(json.dumps([name, status, round(spent, 3), round(peak, 1)]))
"""


def made(size: int, beginning: str, repeated: str, end: str) -> str:
    return beginning + repeated * ((size - len(beginning) - len(end)) // len(repeated)) + end


@pytest.mark.skipif(sys.platform != "linux", reason="only /proc tells the peak of one process")
def test_no_body_costs_more_than_a_small_instance_has() -> None:
    token = callback_token.issue(
        SECRET, bucket=BUCKET, key="uploads/a.jpg", version="e", attempt=1, now=time.time()
    )
    bodies = [
        (f"{name}, {size:,} bytes", made(size, *parts))
        for name, parts in BODIES.items()
        for size in SIZES
    ]
    ran = subprocess.run(
        [sys.executable, "-c", _PROGRAM, token],
        input="\n".join(map(json.dumps, bodies)),
        env=os.environ | ENVIRONMENT,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    costs = [json.loads(line) for line in ran.stdout.splitlines()]
    for name, status, spent, peak in costs:
        print(f"{name:48} {status}  {spent:.3f} s of CPU, at most {peak} MB so far")  # noqa: T201
    assert [status for _, status, _, _ in costs] == [400] * len(bodies)
    assert max(peak for *_, peak in costs) <= MAX_MEGABYTES
