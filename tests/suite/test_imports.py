"""Imports go one way: between the project's folders, and between the parts of deploy/."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import deploy
from tests.support.serverless_yml import ROOT

# What each folder may import of the others; docs/, bench/ and tests/ look at all of them.
# The pages of cli/ and local/ share cli/viewer, so that imports nothing.
MAY_IMPORT = {
    "shared": set[str](),
    "functions": {"shared"},
    "local": {"coslocal", "cli.viewer"},
    "emulator/src": {"coslocal"},
    "deploy": {"shared"},
    "cli": {"shared", "deploy"},
    "cli/viewer": set[str](),
}
FOLDERS = {*MAY_IMPORT, "coslocal", "docs", "bench", "tests"}

DRAWING = re.findall(r"^ {4}(\w.*)$", str(deploy.__doc__), re.MULTILINE)
LAYER = {part: depth for depth, line in enumerate(DRAWING) for part in line.split()}


def module_of(path: Path) -> str:
    """The dotted name of a file of the repository."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imported(path: Path) -> Iterator[str]:
    """Every name that a file imports, wherever in it; `from a import b` counts as `a.b`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: write the whole name"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def modules(folder: str) -> dict[str, Path]:
    return {module_of(path): path for path in (ROOT / folder).rglob("*.py")}


@pytest.mark.parametrize("folder", MAY_IMPORT)
def test_a_folder_imports_no_other_than_it_may(folder: str) -> None:
    may = tuple(f"{one}." for one in {folder.replace("/", "."), *MAY_IMPORT[folder]})
    wrong = {
        f"{module} imports {name}"
        for module, path in modules(folder).items()
        for name in imported(path)
        if name.partition(".")[0] in FOLDERS and not f"{name}.".startswith(may)
    }
    assert not wrong


def part_of(name: str) -> str:
    """The part of deploy/ that a module of it belongs to."""
    return name.split(".")[1]


def test_the_drawing_has_every_part_of_the_deployment() -> None:
    assert LAYER.keys() == {part_of(name) for name in modules("deploy") if "." in name}


def test_the_parts_of_the_deployment_import_only_downwards() -> None:
    wrong = {
        f"{module} imports {name}"
        for module, path in modules("deploy").items()
        for name in imported(path)
        if name.startswith("deploy.") and part_of(name) != part_of(module)
        if LAYER[part_of(name)] <= LAYER[part_of(module)]
    }
    assert not wrong


def test_no_modules_of_the_deployment_import_each_other() -> None:
    there = modules("deploy")
    graph = {
        module: {
            found
            for name in imported(path)
            for found in (name, name.rpartition(".")[0])
            if found in there and found != module
        }
        for module, path in there.items()
    }
    assert len(list(TopologicalSorter(graph).static_order())) == len(there)
