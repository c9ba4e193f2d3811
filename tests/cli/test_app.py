from __future__ import annotations

import os
import re
import sqlite3
import sys
from pathlib import Path

import pytest

import cli.commands.sweep
from cli.lazy_group import COMMANDS
from deploy.errors import (
    AccountUnfit,
    NoAnswer,
    NotDeployed,
    NotInTime,
    NotOurs,
    NotReady,
    WrongConfiguration,
)
from shared import RELEASE
from tests.cli.operators import Operator
from tests.support.clouds import Cloud

FULL = Path("/dev/full")


def test_a_bug_is_no_traceback_and_says_nothing_it_quotes(
    operator: Operator, served: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    del served

    def broken(*_: object, **__: object) -> None:
        raise KeyError("uploads/a-name-in-a-key.jpg")

    monkeypatch.setattr(cli.commands.sweep, "sweep_once", broken)
    answer = operator.calls("sweep")
    assert answer.status == 70
    assert "KeyError" in answer.err
    assert "Traceback" not in answer.err
    assert "a-name-in-a-key" not in answer.err


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(28, "No space left on device", "out.html"), "No space left on device, out.html"),
        (OSError(28, "No space left on device"), "No space left on device"),
        (sqlite3.OperationalError("database or disk is full"), "database or disk is full"),
    ],
)
def test_what_this_machine_refuses_is_no_bug(
    operator: Operator,
    served: Cloud,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    words: str,
) -> None:
    del served

    def refused(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(cli.commands.sweep, "sweep_once", refused)
    answer = operator.calls("sweep")
    assert (answer.status, answer.err) == (2, f"card-ocr: this machine: {words}\n")


WRONG = {
    "swep": "swep: is not a command; did you mean sweep or setup? `card-ocr --help` lists them",
    "zzz": "the first word: is not a command; `card-ocr --help` lists them",
    "uploads/somebody.jpg": "the first word: is not a command; `card-ocr --help` lists them",
    "--": "name a command, as in `card-ocr status`; `card-ocr --help` lists them",
    "--json status": "--json: is not an option of card-ocr itself; an option of a command comes "
    "behind it, as in `card-ocr status --json`; see `card-ocr --help`",
    "--verson": "--verson: is not an option of card-ocr itself; did you mean --version? see "
    "`card-ocr --help`",
    "audit --env-file=a --env-file=b": "--env-file: is given twice; give it once",
    "wait --prefix uploads/a --json --prefix=uploads/b": "--prefix: is given twice; give it once",
    **{
        f"{command}=": f"{command.split()[-1]}: is empty; name a file"
        for command in ("audit --env-file", "report --out", "show a --image", "backfill --keys")
    },
    "status --every=5": "--every: is for --watch",
    "doctor --wait=5": "--wait: is for --upload",
    "sweep --drian": "--drian: is not an option; did you mean --drain or --dry-run? see "
    "`card-ocr sweep --help`",
    "sweep -x": "-x: is not an option; see `card-ocr sweep --help`",
    "sweep --seconds": "--seconds: needs a value behind it",
    "sweep --drain=1": "--drain: takes no value",
    "sweep uploads/a.jpg": "too many arguments; see `card-ocr sweep --help`",
    "show": "KEY: is missing; see `card-ocr show --help`",
    "review uploads/somebody.jpg": "ACTION: write one of accept, correct, reject",
    "export": "--format: is missing; write one of csv, jsonl, xlsx",
    "export --format=pdf": "--format: is 'pdf'; write one of csv, jsonl, xlsx",
    "backfill --limit=0": "--limit: is '0'; write a whole number from 1",
    "status --results=x": "--results: is 'x'; write a whole number from 0 to 10000",
    "status --every=0": "--every: '0' is not a number of seconds from 1 to 86400",
    **{
        f"status --above={wrong}": f"--above: '{wrong}'; write it like failed=20, with a percent "
        "from 0 to 100 and one of failed, nothing_found, needs_review, by_sweep, sent_again"
        for wrong in ("failed", "failed=101", "lost=3")
    },
    "backfill --price=-1": "--price: '-1' is not an amount; write it like 0.05",
    "pause --why=990101199002300013": "--why: names a card or its person, and what is kept must "
    "not: name the request",
    "alarms --list --remove": "--list: changes nothing; --remove goes without it",
    **{
        f"alarms {given} {other}": f"{given.partition('=')[0]}: is for alarms that are made: no "
        "--list, no --remove"
        for given in ("--to=7", "--notice=notice-1")
        for other in ("--list", "--remove")
    },
    "alarms --to=7 --notice=notice-1": "--to: goes into a notice of ours; --notice names another's",
    "wait": "KEY: name the cards by their keys, or by --prefix",
    "wait uploads/a --prefix=uploads/": "KEY: name the cards by their keys, or by --prefix",
}


@pytest.mark.parametrize("words", WRONG)
def test_a_wrong_call_is_one_sentence_that_says_what_to_do(operator: Operator, words: str) -> None:
    answer = operator.calls(*words.split())
    assert (answer.status, answer.out, answer.err) == (2, "", f"card-ocr: {WRONG[words]}\n")


OUTSIDE = "--prefix: only keys under INPUT_PREFIX are cards: begin it with uploads/"
UNFIT = {
    "sweep --dry-run --drain": "--dry-run: can't be given beside --drain: it is one sweep",
    "sweep --dry-run --reconcile": "--dry-run: can't be given beside --reconcile, which claims",
    "wait elsewhere/a": "KEY: only keys under uploads/ are cards",
    "wait --prefix=elsewhere/": OUTSIDE,
    "backfill --yes --prefix=ocr/": OUTSIDE,
    "backfill --yes --prefix=uploads/ --keys=k": "--keys: can't be given beside --prefix",
    "rerun --yes": "KEY: say which cards: their keys, --keys, --prefix, --failed, --code or "
    "--since",
    "rerun --yes uploads/a --prefix=uploads/": "--prefix: can't be given beside KEY",
}


@pytest.mark.parametrize("words", UNFIT)
def test_a_call_that_does_not_fit_the_deployment_writes_nothing(
    operator: Operator, served: Cloud, words: str
) -> None:
    answer = operator.calls(*words.split())
    assert (answer.status, answer.err) == (2, f"card-ocr: {UNFIT[words]}\n")
    assert not served.names("state")


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NotInTime("SCF still shows it as Updating", 60), 3),
        (NotReady("CI is unbinding the bucket"), 3),
        (NotOurs("the function card-ocr-prod-submit"), 3),
        (AccountUnfit("the bucket isn't there"), 3),
        (NoAnswer("scf:GetFunction", "no answer", ""), 3),
        (NotDeployed("card-ocr-prod-submit"), 2),
        (WrongConfiguration("serverless.yml", "has no functions"), 2),
    ],
)
def test_the_exit_status_says_whether_the_cloud_or_a_setting_is_the_cause(
    operator: Operator, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int
) -> None:
    def failing(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(cli.commands.sweep, "open_operator_context", failing)
    answer = operator.calls("sweep")
    assert (answer.status, answer.err) == (status, f"card-ocr: {error}\n")


def test_output_whose_reader_is_gone_ends_without_a_word(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as output:
        monkeypatch.setattr(sys, "stdout", output)
        answer = operator.calls("--version")
        output.flush()  # as Python does when it exits
    assert (answer.status, answer.err) == (1, "")


@pytest.mark.skipif(not FULL.exists(), reason="only Linux has a device that is full")
def test_output_for_which_there_is_no_space_is_one_sentence(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FULL.open("w") as output:
        monkeypatch.setattr(sys, "stdout", output)
        answer = operator.calls("--version")
        output.flush()
    assert (answer.status, answer.err) == (2, "card-ocr: this machine: No space left on device\n")


def test_a_call_without_a_word_shows_the_help(operator: Operator) -> None:
    answer = operator.calls()
    assert answer.status == 2
    assert answer.err == operator.calls("--help").out


def test_the_version_is_that_of_the_results(operator: Operator) -> None:
    answer = operator.calls("--version")
    assert (answer.status, answer.out) == (0, f"card-ocr {RELEASE}\n")


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_the_help_is_the_same_for_both_names_and_fits_80_columns(
    operator: Operator, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    command = [name] if name else []
    answer = operator.calls(*command, "--help")
    assert answer.status == 0
    assert operator.calls(*command, "-h") == answer
    assert [line for line in answer.out.splitlines() if len(line) > 80] == []
    assert not re.search(r"^ +\S+ <|\[\[", answer.out, re.MULTILINE), (
        "names of values are in capitals"
    )
    assert "..." not in answer.out.replace("[ARGS]...", "").replace("]...", "")


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("card-ocr st", ["status"]),
        ("card-ocr export --fo", ["--format"]),
        ("card-ocr export --format ", ["csv", "jsonl", "xlsx"]),
        ("card-ocr nothing --ver", ["--version"]),
    ],
)
def test_a_shell_is_told_what_can_follow(
    operator: Operator, monkeypatch: pytest.MonkeyPatch, typed: str, offered: list[str]
) -> None:
    monkeypatch.setenv("_CARD_OCR_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", typed)
    monkeypatch.setenv("COMP_CWORD", str(typed.count(" ")))
    answer = operator.calls()
    assert (answer.status, answer.out.split()) == (0, offered)
