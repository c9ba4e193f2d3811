"""docs/troubleshooting.md knows every event of the log and every Code of ours, and no other."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from docs.blocks import ROOT

TEXT = (ROOT / "docs/troubleshooting.md").read_text(encoding="utf-8")
LEVELS = frozenset({"debug", "info", "warning", "error"})


def section(title: str) -> set[str]:
    """What stands as code in the first column of a section's table."""
    rows = TEXT.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    cells = re.findall(r"^\| (`.+?) \|", rows, re.MULTILINE)
    return {name for cell in cells for name in re.findall(r"`(\w+)`", cell)}


def sources() -> Iterator[ast.Module]:
    for folder in ("shared", "functions"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield parsed(path)


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def constants(module: ast.Module) -> dict[str, str]:
    """The texts that have a name in a module, or anywhere: names of Codes are imported."""
    return {
        target.id: node.value.value
        for node in module.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name) and isinstance(node.value.value, str)
    }


NAMED = {name: text for module in sources() for name, text in constants(module).items()}


def texts(node: ast.expr) -> Iterator[str]:
    """Every text that an expression can be, as far as it says so."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.Name(id=name) if name in NAMED:
            yield NAMED[name]
        case ast.IfExp(body=body, orelse=orelse):
            yield from texts(body)
            yield from texts(orelse)
        case ast.BoolOp(values=values):
            for value in values:
                yield from texts(value)


def calls(*names: str) -> Iterator[ast.Call]:
    for module in sources():
        for node in ast.walk(module):
            if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in names:
                yield node


def events() -> set[str]:
    """What the functions log: `log.info("attempt", ...)`, and what is logged through a helper."""
    logged = {
        text
        for call in calls(*LEVELS)
        if ast.unparse(call.func).split(".")[-2] in {"log", "self"} and call.args
        for text in texts(call.args[0])
    }
    return logged | {text for call in calls("log_attempt") for text in texts(call.args[2])}


def codes_of_results() -> set[str]:
    """The Codes that are ours; CI's come with their jobs."""
    given = {t for call in calls("ResultError", "Rejection") for t in texts(call.args[0])}
    chosen = {
        text
        for node in ast.walk(parsed(ROOT / "shared/pipeline/attempt.py"))
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "code"
        for text in texts(node.value)
    }
    return given | chosen


def codes_of_pending() -> set[str]:
    named = ("AttemptError", "Waiting", "Wait", "Closed")
    given = {text for call in calls(*named) for text in texts(call.args[0])}
    return given | {text for call in calls("_note") for text in texts(call.args[1])}


def test_every_event_of_the_log_is_explained_and_no_other() -> None:
    assert section("Logs") == events()


def test_every_code_of_a_result_is_explained_and_no_other() -> None:
    assert section("Results say `failed` or `rejected`") == codes_of_results()


def test_every_code_of_a_pending_object_that_is_ours_is_explained() -> None:
    assert codes_of_pending() - codes_of_results() <= section("What pending objects say")


@pytest.mark.parametrize("state", ["claimed", "unknown", "submitted", "waiting"])
def test_every_state_of_a_pending_object_is_a_symptom(state: str) -> None:
    assert state in section("A photo was uploaded and there is no result")
