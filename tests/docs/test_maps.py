"""The root is tidy, each package's docstring is a map of its modules, class names are unique."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from fnmatch import fnmatch
from pathlib import Path

import pytest

from docs.blocks import ROOT

FOLDERS = ("shared", "functions", "cli", "local", "emulator/src", "deploy", "docs")
PACKAGES = sorted(
    path.parent
    for folder in FOLDERS
    for path in (ROOT / folder).rglob("__init__.py")
    if [other for other in path.parent.iterdir() if other.suffix == ".py"] != [path]
)


HOUSE = frozenset(
    [
        *("serverless.yml", "README.md", "README.zh-CN.md", "CHANGELOG.md", "CONTRIBUTING.md"),
        *("SECURITY.md", "LICENSE", "Makefile", "pyproject.toml", "package.json"),
        *("package-lock.json", "requirements", "functions", "shared", "cli", "local", "emulator"),
        *("deploy", "events", "tests", "bench", "docs"),
    ]
)


def test_the_root_holds_what_belongs_there_and_nothing_else() -> None:
    ignored = [rule.rstrip("/") for rule in (ROOT / ".gitignore").read_text("utf-8").split()]
    found = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert {name for name in found if not any(fnmatch(name, rule) for rule in ignored)} <= HOUSE


def modules_of(package: Path) -> set[str]:
    return {
        path.stem if path.suffix == ".py" else path.name
        for path in package.iterdir()
        if (path.suffix == ".py" or (path / "__init__.py").exists()) and path.stem[0] != "_"
    }


@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_packages_docstring_names_every_module_of_it(package: Path) -> None:
    docstring = ast.get_docstring(ast.parse((package / "__init__.py").read_text("utf-8"))) or ""
    lines = [line for line in docstring.splitlines() if re.match(r"[a-z0-9_, ]+   *\S", line)]
    named = {name for line in lines for name in re.split(r"  +", line)[0].split(", ")}
    assert modules_of(package) - named == set()


# The emulator is a cloud of its own, and has names of its own for what the cloud has, too.
OF_THE_PRODUCT = ("shared", "functions", "cli", "deploy")
# A page of COS's listing, and one of SCF's.
EXCEPTIONS = frozenset({"Listed"})


def classes_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    found = {node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}
    return {name for name in found if not name.startswith("_")}


def test_a_class_name_means_one_thing() -> None:
    places = defaultdict(list)
    for folder in OF_THE_PRODUCT:
        for path in (ROOT / folder).rglob("*.py"):
            for name in classes_in(path):
                places[name].append(str(path.relative_to(ROOT)))
    twice = {name: found for name, found in places.items() if len(found) > 1}
    assert set(twice) == EXCEPTIONS
