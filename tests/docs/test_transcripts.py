"""The recorded transcripts tell what the commands still do."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from cli.doctor.checks import CHECKS
from docs import deployment
from docs.blocks import ROOT, shortened
from docs.record import abridged
from docs.session import outputs
from local.recognition.truth import read_truths

SAMPLES = {
    f"uploads/{picture.relative_to(ROOT / 'local/samples').as_posix()}": (picture, truth)
    for picture, truth in read_truths(ROOT / "local/samples")
}
DEMO = (ROOT / "docs/demo.txt").read_text(encoding="utf-8")
DEPLOYMENT = outputs((ROOT / "docs/deploy.txt").read_text(encoding="utf-8"))
CARDS = {part.partition(" ")[0]: part.splitlines() for part in DEMO.split("\n\n")}


@pytest.mark.parametrize("key", SAMPLES)
def test_the_demo_shows_a_sample_with_its_outcome(key: str) -> None:
    assert CARDS[key][0] == f"{key}  {SAMPLES[key][1].outcome}"


@pytest.mark.parametrize("key", SAMPLES)
def test_the_demo_shows_the_result_of_a_sample_as_it_is_shipped(key: str) -> None:
    etag = hashlib.md5(SAMPLES[key][0].read_bytes(), usedforsecurity=False).hexdigest()
    assert CARDS[key][-1] == f"  ocr/results/{key}.{etag}.json"


@pytest.mark.parametrize("key", [key for key, (_, truth) in SAMPLES.items() if truth.readable])
def test_the_demo_shows_every_field_of_a_readable_sample(key: str) -> None:
    names = [*SAMPLES[key][1].fields]
    assert [line.split()[0] for line in CARDS[key][1:]][: len(names)] == names


def test_the_demo_shows_no_card_that_is_no_sample() -> None:
    assert {name for name in CARDS if name.startswith("uploads/")} == set(SAMPLES)


def test_a_shortened_demo_has_a_card_of_each_kind() -> None:
    transcript = (
        "$ make demo\nstarting\n\n"
        "uploads/id/a.jpg  recognised\n  name  甲\n\n"
        "uploads/id/b.jpg  recognised\n  name  乙\n\n"
        "uploads/id/c.jpg  recognised, needs review\n  name  丙\n\n"
        "uploads/id/d.jpg  failed\n  Code: why\n\n"
        "uploads/driver/a.jpg  recognised\n  name  丁\n\n"
        "5 uploads\n"
    )
    assert shortened(transcript) == (
        "$ make demo\nstarting\n\n"
        "uploads/id/a.jpg  recognised\n  name  甲\n\n"
        "…\n\n"
        "uploads/id/d.jpg  failed\n  Code: why\n\n"
        "uploads/driver/a.jpg  recognised\n  name  丁\n\n"
        "5 uploads\n"
    )


def test_a_test_run_is_kept_without_its_dots() -> None:
    transcript = (
        "collected 3 items\n\n"
        "tests/card/test_dates.py ..      [ 66%]\n"
        "tests/log/test_log.py .......... [ 99%]\n"
        ".                                [100%]\n\n"
        "=== 3 passed in 0.12s ===\n"
    )
    assert abridged(transcript) == "collected 3 items\n\n…\n\n=== 3 passed in 0.12s ===\n"


def test_the_deployment_has_every_command_in_its_order() -> None:
    commands = (*deployment.MAKING, *deployment.RUNNING, *deployment.ENDING)
    assert tuple(DEPLOYMENT) == commands


def test_the_deployment_shows_every_check_of_the_doctor_and_none_that_failed() -> None:
    shown_lines = DEPLOYMENT["cli/card-ocr doctor"]
    findings = [line for line in shown_lines if re.match(r"(ok|FAILED|\?) {2,}", line)]
    names = [line[8:].strip() for line in findings]
    assert len(names) == len(CHECKS)
    for shown, (name, _) in zip(names, CHECKS, strict=True):
        assert shown.startswith(f"{name} ")
    assert not any(line.startswith("FAILED") for line in findings)


def test_the_deployment_holds_nothing_of_the_machine_it_was_recorded_on() -> None:
    text = "\n".join(line for lines in DEPLOYMENT.values() for line in lines)
    assert not re.search(r"/(tmp|home|root|Users|var)/|AKID|Traceback", text)


def test_the_values_of_a_deployment_are_written_into_the_example(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_bytes((ROOT / ".env.example").read_bytes())
    deployment.fill_in(path, {"INPUT_BUCKET": "cards-1250000000", "CALLBACK_SECRET": 32 * "x"})
    assert "\nINPUT_BUCKET=cards-1250000000\n" in path.read_text(encoding="utf-8")
    with pytest.raises(ValueError, match="no line NOT_A_SETTING="):
        deployment.fill_in(path, {"NOT_A_SETTING": "x"})
