"""The generated blocks: each is made from the one place in the repository that knows."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import typer.testing

from cli.alarms.table import ALARMS, Watch
from cli.app import app
from cli.lazy_group import COMMANDS, sentence_of
from docs import api, performance, roles
from docs.documents import is_ignored
from docs.markdown import code, columns, escaped, fenced, pretty, table
from shared.settings.variables import REQUIRED, VARIABLES

ROOT = Path(__file__).parents[1]

# Folders without Python to carry a docstring.
_PURPOSE = {
    "emulator": "The package `coslocal`: COS, CI's jobs and SCF's triggers on one machine.",
    "events": "One file per shape an event or a callback can take; every file is used by a test.",
    "requirements": "What is installed, locked with hashes: one file per purpose.",
    "tests": "Laid out like the code: tests/shared/pipeline/ for shared/pipeline/; the others "
    "are named by what they prove.",
}


def environment() -> str:
    """Every environment variable, from the table that the functions read."""
    rows = [
        (
            f"`{variable.name}`",
            "required" if variable.default is REQUIRED else code(variable.default),
            variable.meaning,
        )
        for variable in VARIABLES
    ]
    return table(("variable", "default", "meaning"), rows)


def make_targets() -> str:
    """Return every make target that has a description, with its variables in a column."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"^([a-z-]+):.*## (.+?)(?: \((.+)\))?$", makefile, re.MULTILINE)
    rows = [(f"`make {name}`", purpose, code(options)) for name, purpose, options in targets]
    return table(("command", "what it does", "with"), rows)


def command_line() -> str:
    """The commands that `card-ocr --help` lists, a line each."""
    return fenced("text", columns([(name, sentence_of(name)) for name in COMMANDS]))


def commands() -> str:
    """What each command of `card-ocr` says of itself."""
    calls = [(), *((name,) for name in COMMANDS)]
    return fenced("console", "\n".join(map(_help, calls)).rstrip())


def alarms() -> str:
    """What is worth a look, and where the figure comes from."""
    rows = [(f"**{alarm.title}**", alarm.figure, alarm.worth) for alarm in ALARMS]
    return table(("alarm", "where the figure comes from", "worth a look"), rows)


def alarms_in_cls() -> str:
    """What CLS counts for each, and when that is too much."""
    rows = [
        (
            f"`{name}`",
            alarm.title,
            ", ".join(watch.functions),
            _condition(watch),
            str(watch.minutes),
        )
        for alarm in ALARMS
        for name, watch in alarm.watches.items()
    ]
    return table(("name", "alarm", "whose lines", "raised if", "minutes"), rows)


def _condition(watch: Watch) -> str:
    return code(watch.condition.replace("&&", "and").replace("*", "×"))


def result_example() -> str:
    """A real result; a test rebuilds it."""
    example = json.loads((ROOT / "docs/result.example.json").read_bytes())
    return fenced("json", pretty(example))


def result_excerpt() -> str:
    """Those names of the same result that a reader looks at first."""
    example = json.loads((ROOT / "docs/result.example.json").read_bytes())
    names = ("outcome", "card_type", "fields", "needs_review")
    return fenced("json", pretty({name: example[name] for name in names}))


def result_names() -> str:
    """What each name of a result means, in the words of the schema."""
    schema = json.loads((ROOT / "docs/result.schema.json").read_bytes())
    rows = [
        (f"`{name}`", _holds(schema, rule), _meaning(schema, rule))
        for name, rule in schema["properties"].items()
    ]
    return table(("name", "holds", "meaning"), rows)


def house() -> str:
    """The folders at the top, and in each of them the functions that run in the cloud."""
    folders = [path for path in sorted(ROOT.iterdir()) if path.is_dir() and not is_ignored(path)]
    lines: list[tuple[str, str]] = []
    for folder in folders:
        lines.append((f"{folder.name}/", purpose(folder)))
        lines.extend((f"  {path.parent.name}/", purpose(path)) for path in _handlers(folder))
    return fenced("text", columns(lines))


def shared_modules() -> str:
    """What is in shared/, each by the first line of its docstring."""
    return fenced("text", columns(_modules(ROOT / "shared")))


def local_modules() -> str:
    """What is in local/, each by the first line of its docstring."""
    return fenced("text", columns(_modules(ROOT / "local")))


def bad_inputs() -> str:
    """How many bad inputs the tests have."""
    corpus = sorted((ROOT / "tests" / "bad_inputs" / "corpus").glob("*.json"))
    count = sum(len(json.loads(path.read_text(encoding="utf-8"))) for path in corpus)
    return f"{count:,} inputs in {len(corpus)} families."


BLOCKS: Mapping[str, Callable[[], str]] = {
    "action levels": roles.action_levels,
    "alarms": alarms,
    "alarms in CLS": alarms_in_cls,
    "api jobs": api.jobs,
    "api refusals": api.refusals,
    "api request": api.request,
    "api response": api.response,
    "bad inputs": bad_inputs,
    "command line": command_line,
    "commands": commands,
    "console roles": roles.console_roles,
    "card seconds": performance.card,
    "environment": environment,
    "house": house,
    "local modules": local_modules,
    "make targets": make_targets,
    "measurements": performance.measurements,
    "month": performance.month,
    "month assumptions": performance.assumptions,
    "operator permissions": roles.operator_permissions,
    "result example": result_example,
    "result excerpt": result_excerpt,
    "result names": result_names,
    "role grants": roles.grants,
    "role policies": roles.policies,
    "shared modules": shared_modules,
}


def purpose(path: Path) -> str:
    """What a folder or a module is for: the first line of its docstring."""
    module = path / "__init__.py" if path.is_dir() else path
    docstring = ""
    if module.is_file():
        docstring = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or ""
    found = docstring.partition("\n")[0] or _PURPOSE.get(path.name, "")
    if path.is_dir() and not found:
        raise ValueError(f"nothing says what {path.name}/ is for: give its __init__.py a docstring")
    return found


def _help(command: tuple[str, ...]) -> str:
    arguments = (*command, "--help")
    answer = typer.testing.CliRunner().invoke(
        app, list(arguments), prog_name="card-ocr", terminal_width=80
    )
    return f"$ card-ocr {' '.join(arguments)}\n{answer.stdout.strip()}\n"


def _handlers(folder: Path) -> list[Path]:
    return sorted(folder.glob("*/index.py"))


def _modules(package: Path) -> list[tuple[str, str]]:
    """Return packages first, then modules. A package's docstring lists its own modules."""
    packages = [path for path in sorted(package.iterdir()) if (path / "__init__.py").is_file()]
    modules = [path for path in sorted(package.glob("*.py")) if path.name != "__init__.py"]
    lines = [(f"{path.name}/", purpose(path)) for path in packages]
    return lines + [(path.name, purpose(path)) for path in modules]


def _resolved(schema: Mapping[str, Any], rule: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the rule of a value that is there: behind a reference, an array or `null`."""
    for alternative in rule.get("anyOf", ()):
        if "$ref" in alternative:
            return _resolved(schema, alternative)
    if "$ref" in rule:
        found = schema["$defs"][rule["$ref"].rpartition("/")[2]]
        return {**_resolved(schema, found), **{k: v for k, v in rule.items() if k != "$ref"}}
    return rule


def _holds(schema: Mapping[str, Any], rule: Mapping[str, Any]) -> str:
    """The names inside a value, or the values it can have."""
    found = _resolved(schema, rule)
    inside = _resolved(schema, found.get("items", found))
    if "properties" in inside:
        names = ", ".join(f"`{name}`" for name in inside["properties"])
        return f"a list of: {names}" if "items" in found else names
    if "const" in found:
        return f"`{found['const']}`"
    return ", ".join(f"`{json.dumps(value)}`" for value in found.get("enum", ()))


def _meaning(schema: Mapping[str, Any], rule: Mapping[str, Any]) -> str:
    """A value's own description, then those of the names inside it, a line each."""
    return "<br>".join(_descriptions(schema, rule))


def _descriptions(schema: Mapping[str, Any], rule: Mapping[str, Any]) -> Iterator[str]:
    found = _resolved(schema, rule)
    if "description" in found:
        yield escaped(found["description"])
    inside = _resolved(schema, found.get("items", found))
    for name, part in inside.get("properties", {}).items():
        if "description" in part:
            yield f"`{name}`: {escaped(part['description'])}"
