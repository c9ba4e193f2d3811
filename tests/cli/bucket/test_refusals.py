"""One object that COS refuses costs only that object, in every command that reads many."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cli.app import app
from cli.lazy_group import loaded_commands
from coslocal.agenda import ManualClock
from coslocal.cos.errors import CosError
from coslocal.cos.requests import CosRequest
from tests.cli.operators import Answer, Operator
from tests.support.clouds import BUCKET, CARD, Cloud, cloud

KEYS = ("uploads/a.jpg", "uploads/b.jpg", "uploads/c.jpg")
REFUSED = KEYS[1]
DAY = 86_400

# Each reads the result, or asks for the photo, of every card.
OF_RESULTS = {
    "export": ("export", "--format=jsonl"),
    "report": ("report",),
    "audit": ("audit", "--deep"),
    "seal": ("seal", "--deep"),
    "show": ("show", REFUSED),
    "rerun": ("rerun", "--failed", "--yes"),
    "bill": ("bill",),
    "wait": ("wait", "--prefix=uploads/"),
    "review": ("review", "--list"),
}
OF_PHOTOS = {
    "report": ("report", "--images"),
    "show": ("show", REFUSED, "--image=out.png"),
    "rerun": ("rerun", "--prefix=uploads/", "--yes"),
    "backfill": ("backfill", "--keys=keys.txt", "--yes"),
    "purge": ("purge", "--older-than=9", "--yes"),
}
# Of these no body but notes below state/ is read, or only one card's is at stake.
OTHERS = {"setup", "doctor", "status", "logs", "alarms", "sweep", "pause", "resume", "forget"}
REASONS = {
    "archived": CosError("InvalidObjectState", "scripted", status=403),
    "closed by a policy": CosError("AccessDenied", "scripted"),
    "encrypted with the uploader's key": CosError("InvalidRequest", "scripted", status=400),
}


@pytest.fixture
def done(operator: Operator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    """Three cards with results, ten days old."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)
    (tmp_path / "keys.txt").write_text("".join(f"{key}\n" for key in KEYS))
    with cloud(ManualClock(time.time())) as here:
        for key in KEYS:
            here.upload(key, CARD + key.encode())
        here.local.advance(10 * DAY)
        operator.serves(here)
        yield here


def refuse(here: Cloud, error: CosError, concerned: Callable[[CosRequest], bool]) -> None:
    here.local.cos.before_effect = lambda request: error if concerned(request) else None


def of_result(request: CosRequest) -> bool:
    return request.method == "GET" and (request.key or "").startswith(f"ocr/results/{REFUSED}")


def of_photo(request: CosRequest) -> bool:
    return request.method in {"GET", "HEAD"} and request.key == REFUSED


def is_named(answer: Answer, shown: str) -> bool:
    """Whether it ends with 1 and names the refused card in a line of its own."""
    refusals = [line for line in answer.err.splitlines() if line.startswith("COS refuses 1 object")]
    found = [*refusals, *answer.out.splitlines()]
    return answer.status == 1 and any(shown in line for line in found)


def test_the_tables_hold_every_command() -> None:
    commands = loaded_commands(app)
    assert OF_RESULTS.keys() | OF_PHOTOS.keys() | OTHERS == set(commands)


@pytest.mark.parametrize("reason", REASONS)
@pytest.mark.parametrize("command", OF_RESULTS.values(), ids=" ".join)
def test_a_refused_result_is_named_and_the_rest_is_done(
    operator: Operator, done: Cloud, command: tuple[str, ...], reason: str
) -> None:
    refuse(done, REASONS[reason], of_result)
    answer = operator.calls(*command)
    assert is_named(answer, done.digest(REFUSED)), (answer.status, answer.out, answer.err)
    assert REFUSED not in answer.out + answer.err


@pytest.mark.parametrize("command", OF_PHOTOS.values(), ids=" ".join)
def test_a_refused_photo_is_named_and_the_rest_is_done(
    operator: Operator, done: Cloud, command: tuple[str, ...]
) -> None:
    refuse(done, REASONS["encrypted with the uploader's key"], of_photo)
    if command[0] == "backfill":
        for name in done.names("results"):
            done.user.delete_object(Bucket=BUCKET, Key=name)
    answer = operator.calls(*command)
    assert is_named(answer, done.digest(REFUSED)), (answer.status, answer.out, answer.err)
    changed = {"backfill": 2, "rerun": 2}.get(command[0], 0)
    assert len(done.names("pending")) == changed
    assert not [name for name in done.names("pending") if REFUSED in name]


def test_a_restored_object_is_read_although_listings_call_it_archived(
    operator: Operator, done: Cloud
) -> None:
    (name,) = (name for name in done.names("results") if REFUSED in name)
    refuse(done, REASONS["archived"], lambda _request: False)
    body = done.user.get_object(Bucket=BUCKET, Key=name)["Body"].get_raw_stream().read()
    done.user.put_object(Bucket=BUCKET, Key=name, Body=body, StorageClass="ARCHIVE")
    refused = operator.calls("export", "--format=jsonl", "--reveal")
    assert [key for key in KEYS if f'"key": "{key}"' in refused.out] == [KEYS[0], KEYS[2]]
    assert f"ocr/results/{REFUSED}" in refused.err
    assert refused.status == 1
    done.user.restore_object(
        Bucket=BUCKET, Key=name, RestoreRequest={"Days": 1, "CASJobParameters": {"Tier": "Bulk"}}
    )
    restored = operator.calls("export", "--format=jsonl")
    assert (restored.status, len(restored.out.splitlines())) == (0, 3)


def test_a_purge_keeps_the_result_of_a_refused_photo(operator: Operator, done: Cloud) -> None:
    refuse(done, REASONS["closed by a policy"], of_photo)
    assert operator.calls("purge", "--older-than=9", "--yes").status == 1
    (left,) = done.names("results")
    assert REFUSED in left


@pytest.mark.parametrize("concerned", [of_photo, of_result])
def test_forget_deletes_what_it_may_not_read(
    operator: Operator,
    done: Cloud,
    concerned: Callable[[CosRequest], bool],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("cli.delete.forget.FIRST_LOOK_SECONDS", 0)
    monkeypatch.setattr("cli.delete.forget.SECOND_LOOK_SECONDS", 0)
    refuse(done, REASONS["closed by a policy"], concerned)
    assert "1 photo, 1 result." in operator.calls("forget", REFUSED, "--dry-run").out
    assert operator.calls("forget", REFUSED, "--yes").status == 0
    assert not [name for name in done.names("results") if REFUSED in name]


def test_what_concerns_the_keys_or_the_bucket_ends_the_command(
    operator: Operator, done: Cloud
) -> None:
    for code in ("InvalidAccessKeyId", "SlowDown"):
        refuse(done, CosError(code, "scripted"), of_result)
        answer = operator.calls("export", "--format=jsonl")
        assert (answer.status, answer.err.count("\n")) == (3, 1), answer.err


def test_more_refusals_than_can_be_named_are_counted(operator: Operator, done: Cloud) -> None:
    for number in range(12):
        done.upload(f"uploads/more-{number}.jpg", CARD + bytes([number]))
    folder = "ocr/results/uploads/more-"
    refuse(done, REASONS["archived"], lambda one: (one.key or "").startswith(folder))
    answer = operator.calls("export", "--format=jsonl")
    assert "\nCOS refuses 12 objects (InvalidObjectState), left out: ocr/results/" in answer.err
    assert " and 2 more; restore " in answer.err


def test_backfill_prices_no_archived_photo_and_says_how_many_there_are(
    operator: Operator, served: Cloud
) -> None:
    served.local.cos.on_object_created = lambda _created: None
    for key, kept in zip(KEYS, ("STANDARD", "ARCHIVE", "DEEP_ARCHIVE"), strict=True):
        served.put(key, CARD, StorageClass=kept)
    answer = operator.calls("backfill", "--yes", "--price=1")
    assert "3 photos: 1 without a result, 2 archived." in answer.out
    assert "At most 1 job." in answer.out
    assert len(served.names("pending")) == 1
