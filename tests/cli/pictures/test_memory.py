"""What a report with pictures takes, where some of the photos are hostile."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.cli.operators import Operator
from tests.support.clouds import BUCKET, cloud
from tests.support.networks import serving
from tests.support.pictures import vast_png
from tests.support.results import card_result

ROOT = Path(__file__).parents[3]
SAMPLE = (ROOT / "local/samples/id/straight.jpg").read_bytes()
CARDS, HOSTILE = 100, 8
MOST_MEGABYTES = 300
# A process of its own: what a parent has used counts as its child's.
MEASURE = """
import resource, subprocess, sys
subprocess.run([sys.executable, "-m", "cli", *sys.argv[1:]], check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def test_a_report_draws_the_rest_within_its_memory(operator: Operator, tmp_path: Path) -> None:
    hostile = vast_png(13_300)
    with cloud() as here, serving(here.local.app) as url:
        here.local.cos.on_object_created = lambda _created: None
        for number in range(CARDS):
            key = f"uploads/{number:03}.png"
            etag = here.put(key, hostile if number % 12 == 0 and number < 12 * HOSTILE else SAMPLE)
            name, body = f"ocr/results/{key}.{etag}.json", card_result(key, etag).body()
            here.user.put_object(Bucket=BUCKET, Key=name, Body=body)
        operator.serves(here, LOCAL_CLOUD=url)
        measured = subprocess.run(
            [sys.executable, "-c", MEASURE, "report", "--images", f"--out={tmp_path / 'r.html'}"],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        )
    assert (tmp_path / "r.html").read_text("utf-8").count("data-width=") == CARDS - HOSTILE
    megabytes = int(measured.stdout) / (2**20 if sys.platform == "darwin" else 2**10)
    print(f"report --images of {CARDS} cards, {HOSTILE} hostile: {megabytes:.0f} MB")  # noqa: T201
    assert megabytes <= MOST_MEGABYTES
