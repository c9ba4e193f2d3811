"""Whatever is wrong between an operator and the cloud is one sentence, and no traceback."""

from __future__ import annotations

import gc
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.cli.adversity import REFUSING, empty_bucket, is_refusal
from tests.cli.operators import Answer, Operator

KEY = "uploads/a.jpg"  # of the one card in the bucket, if there is one
NO_BUCKET = "a bucket that doesn't exist"
REPLY = "a network that dies in the middle of a reply"
BODY = "a network that dies in the middle of a body"


class Row(NamedTuple):
    """A command. `empty` is its exit status in an empty bucket, and how many lines it says there.

    `survives`: what it gets through with this exit status, since it reads or writes something else.
    `like`: the row that makes the same requests, and meets every adversity for both.
    """

    command: str
    empty: tuple[int, int] = (0, 0)
    survives: dict[str, int] = {}  # noqa: RUF012 — never changed
    like: str = ""


ROWS = (
    Row("audit"),
    Row("audit --json", like="audit"),
    Row("audit --deep"),
    Row("audit --deep --prefix uploads/", like="audit --deep"),
    Row("audit --deep --seals"),
    Row("seal", like="seal --deep"),
    Row("seal --deep"),
    Row("status", (1, 0)),  # no sweep has run there
    Row("status --json", (1, 0), like="status"),
    Row("sweep", survives={REPLY: 1, BODY: 1}),
    Row("sweep --reconcile"),
    Row("sweep --drain", survives={REPLY: 1, BODY: 1}),
    Row(f"show {KEY}", (1, 1), like=f"show {KEY} --image OUT"),  # nothing of the card is there
    Row(f"show {KEY} --image OUT", (1, 1)),
    Row("export --format csv --out OUT", (0, 1)),
    Row("export --format jsonl --out OUT --every-version", (0, 1)),
    Row("export --format xlsx --out OUT", (0, 1)),
    Row("report --out OUT", (0, 1), like="report --out OUT --images --reveal"),
    Row("report --out OUT --images", (0, 1), like="report --out OUT --images --reveal"),
    Row("report --out OUT --images --reveal", (0, 1)),
    Row("bill --compare"),
    Row("bill --json"),
    Row("wait --prefix=uploads/ --timeout=1", empty=(1, 1)),
    Row(f"wait {KEY} --timeout=1", (1, 1)),
    Row("backfill --yes"),
    Row("backfill --yes --keys=KEYS"),
    Row("backfill --yes --from-audit=AUDIT"),
    Row("backfill --dry-run", like="backfill --yes"),
    Row(f"rerun {KEY} --yes"),
    Row("rerun --failed --yes"),
    Row("rerun --prefix=uploads/ --dry-run", like="rerun --failed --yes"),
    Row("pause", survives={BODY: 0}),
    Row("resume", survives={BODY: 0}),
    Row("review --list", (0, 1)),
    Row(f"review accept {KEY}", (1, 1)),  # nothing of the card is there
    Row(f"forget {KEY} --yes"),
    Row(f"forget {KEY} --dry-run", like=f"forget {KEY} --yes"),
    Row("purge --older-than=9 --photos --yes", survives={BODY: 0}),
    Row(
        "purge --older-than=9 --photos --dry-run",
        survives={BODY: 0},
        like="purge --older-than=9 --photos --yes",
    ),
    # Setup makes roles by a bucket's name, and reads nothing of COS.
    Row("setup --yes", (0, 9), survives={NO_BUCKET: 0, BODY: 0}),
    Row("setup --dry-run", survives={NO_BUCKET: 0, BODY: 0}, like="setup --yes"),
)
DOCTOR = ("doctor --json", "doctor --upload --yes --wait=1")
EVERYWHERE = (
    "a bucket that doesn't exist",
    "no permission",
)  # what the rows that are like others meet
MET = [
    pytest.param(adversity, row, id=f"{adversity}-{row.command}")
    for adversity in REFUSING
    for row in ROWS
    if not row.like or adversity in EVERYWHERE
]

# A reply that is given up in the middle leaves its socket to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture(autouse=True, scope="module")
def _collected() -> Iterator[None]:
    """Look for garbage here, where the warning is expected, and once: it is slow."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.fixture(autouse=True)
def _without_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK waits a second before it asks once more."""
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)


def called(operator: Operator, command: str, folder: Path) -> Answer:
    keys, audit = folder / "keys.txt", folder / "audit.json"
    keys.write_text(f"{KEY}\n", "utf-8")
    audit.write_text(f'{{"findings": [\n{{"kind": "missing", "key": "{KEY}"}}\n]}}\n', "utf-8")
    paths = {"OUT": folder / "out", "KEYS": keys, "AUDIT": audit}
    for name, path in paths.items():
        command = command.replace(name, str(path))
    return operator.calls(*command.split())


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.command)
def test_an_empty_bucket_is_no_fault(row: Row, operator: Operator, tmp_path: Path) -> None:
    with empty_bucket(operator):
        answer = called(operator, row.command, tmp_path)
    assert (answer.status, answer.err.count("\n")) == row.empty, answer.err


def test_a_row_is_like_one_that_meets_everything() -> None:
    whole = {row.command for row in ROWS if not row.like}
    assert {row.like for row in ROWS if row.like} <= whole


@pytest.mark.parametrize(("adversity", "row"), MET)
def test_what_the_cloud_refuses_is_one_sentence_and_leaves_no_file(
    adversity: str, row: Row, operator: Operator, tmp_path: Path
) -> None:
    with REFUSING[adversity](operator):
        answer = called(operator, row.command, tmp_path)
    if adversity in row.survives:
        assert answer.status == row.survives[adversity], answer.err
        assert answer.out
    else:
        assert is_refusal(answer), (answer.status, answer.err)
    assert KEY not in answer.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("adversity", ["an empty bucket", *REFUSING])
@pytest.mark.parametrize("command", DOCTOR)
@pytest.mark.usefixtures("without_node")
def test_whatever_is_wrong_is_a_finding_of_the_doctors(
    adversity: str, command: str, operator: Operator
) -> None:
    with {**REFUSING, "an empty bucket": empty_bucket}[adversity](operator):
        answer = operator.calls(*command.split())
    assert (answer.status, answer.err) == (1, ""), (answer.out, answer.err)
    assert "failed" in answer.out
