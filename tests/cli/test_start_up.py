"""Each command imports what it uses, and `card-ocr --help` none of the commands."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import NamedTuple

import pytest

from cli.app import app
from cli.lazy_group import COMMANDS, loaded_commands, sentence_of
from tests.support.serverless_yml import ROOT

# What takes long to import; `tencentcloud` and `PIL` are imported when they are used at last.
HEAVY = (
    "tencentcloud",
    "qcloud_cos",
    "requests",
    "sqlite3",
    "jsonschema",
    "openpyxl",
    "PIL",
    "rich",
)
ONE_OF_OURS = "cli.commands.sweep"
OF_COS = {"qcloud_cos", "requests"}
NEEDS: dict[str, set[str]] = {
    **dict.fromkeys(COMMANDS, OF_COS),
    **dict.fromkeys(("audit", "review", "report", "export", "wait"), OF_COS | {"sqlite3"}),
    "bill": OF_COS | {"sqlite3", "rich"},
    "show": OF_COS | {"rich"},
    "logs": {"requests"},
    "alarms": {"requests"},
}

# Each call begins with what had been imported before any.
CALLS = """
import contextlib, io, json, os, sys
from cli.app import main
watched, calls = json.loads(sys.argv[1])
def loaded(words):
    reader, writer = os.pipe()
    if not (child := os.fork()):
        with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
            main(words)
        os.write(writer, json.dumps([name for name in watched if name in sys.modules]).encode())
        os._exit(0)
    os.close(writer)
    os.waitpid(child, 0)
    with os.fdopen(reader) as told:
        return json.load(told)
print(json.dumps([loaded(words) for words in calls]))
"""


class Loaded(NamedTuple):
    """The heavy packages, by the call that imported them."""

    by_command: dict[str, set[str]]
    by_option: dict[str, set[str]]


@pytest.fixture(scope="module")
def loaded() -> Loaded:
    names = list(COMMANDS)
    options = ["--help", "--version", "-h"]
    calls = [*([name, "--help"] for name in names), *([option] for option in options)]
    done = subprocess.run(
        [sys.executable, "-c", CALLS, json.dumps([[*HEAVY, ONE_OF_OURS], calls])],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    found = [set(one) for one in json.loads(done.stdout)]
    return Loaded(
        dict(zip(names, found, strict=False)),
        dict(zip(options, found[len(names) :], strict=True)),
    )


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_imports_no_heavy_package_that_it_does_not_need(
    loaded: Loaded, name: str
) -> None:
    assert loaded.by_command[name] - {ONE_OF_OURS} <= NEEDS[name]


def test_a_command_is_imported_when_it_is_called(loaded: Loaded) -> None:
    has_it = {name for name, found in loaded.by_command.items() if ONE_OF_OURS in found}
    assert has_it == {"sweep"}


@pytest.mark.parametrize("option", ["--help", "--version", "-h"])
def test_what_is_about_all_commands_imports_none(loaded: Loaded, option: str) -> None:
    assert loaded.by_option[option] == set()


def test_the_sentence_of_a_command_is_the_first_of_its_own_help() -> None:
    for name, command in loaded_commands(app).items():
        sentence = sentence_of(name)
        assert " ".join(str(command.help).split()).startswith(sentence), name
        assert sentence.endswith("."), name
