"""Checks what a page names: commands and their options, files, tests, settings and figures.

Each function takes the text of a page and yields its problems, one a line. The same rules hold for
the pages in Chinese, since they look only at code and digits.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

import yaml

from cli.app import app
from cli.delete import forget
from cli.lazy_group import loaded_commands
from cli.status import attention
from deploy.configuration.checks import environment
from docs.blocks import ROOT
from docs.documents import CODE, FENCE
from shared import callback_token, events
from shared.card import checks, values
from shared.pipeline import claim, decide, gate, job_lookup, reconcile, scan, sweep
from shared.settings.load import MAX_OUTPUT_PREFIX_BYTES
from shared.settings.variables import REQUIRED, VARIABLES
from shared.store.layout import MAX_KEY_BYTES

_SHELLS = frozenset({"console", "sh"})
# Other programs that a page may call. Their arguments aren't checked.
_OTHERS = frozenset({"cp", "curl", "export", "git", "node", "npm", "openssl", "pre-commit", "set"})
# A command of the framework's own, which doesn't need the plugin.
_SLS_ITSELF = {"print": frozenset[str]()}
_PATH = re.compile(
    r"(?:bench|cli|deploy|docs|emulator|events|functions|local|requirements|shared|tests|\.ci"
    r"|\.github)/[\w./*-]*"
)
_VARIABLE = re.compile(r"([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?:=(.*))?")
_SOURCE = re.compile(r"\b\d{3,4}/\d{4,6}\b")


def problems(text: str) -> Iterator[str]:
    """Yield everything that a page says but that isn't true."""
    for command in commands(text):
        if problem := wrong_command(command):
            yield f"`{command}`: {problem}"
    yield from unknown_names(text)
    yield from unknown_sources(text)
    yield from wrong_figures(text)


# --- commands -------------------------------------------------------------------------------------


def commands(text: str) -> Iterator[str]:
    """Yield every command that a reader could copy: behind a prompt, or as code in a sentence."""
    for block in FENCE.finditer(text):
        if block["language"] in _SHELLS:
            yield from re.findall(r"^\$ (.+?)(?: +#.*)?$", block["text"], re.MULTILINE)
    for span in spans(text):
        if re.match(r"(make|sls|card-ocr|cli/card-ocr|npx|python -m|pre-commit) \S", span):
            yield span


def spans(text: str) -> list[str]:
    """Return the code inside sentences and tables, without blocks of code."""
    return [span.strip("`") for span in CODE.findall(FENCE.sub("", text))]


def wrong_command(command: str) -> str | None:
    """Say what is wrong with a command. Return None if it can be called."""
    problem = None
    for part in re.split(r" && |; ", command.replace("npx --no-install ", "")):
        words = [word for word in shlex.split(part) if word not in {"…", "|"}]
        while words and _VARIABLE.fullmatch(words[0]):
            words.pop(0)
        problem = problem or (_wrong_call(words) if words else None)
    return problem


def _wrong_call(words: Sequence[str]) -> str | None:
    program, *arguments = words
    if program == "make":
        return _wrong_make(arguments)
    if program.endswith("card-ocr"):
        return _wrong_option("card-ocr", arguments, _card_ocr())
    if program == "sls":
        return _wrong_option("sls", arguments, _sls())
    if program.endswith("python") and arguments[0] == "-m":
        path = ROOT / arguments[1].replace(".", "/")
        known = path.is_dir() or path.with_suffix(".py").is_file() or arguments[1] == "pytest"
        return None if known else f"there is no module {arguments[1]}"
    if program in _OTHERS or program == "." or (ROOT / program).is_file():
        return None
    return f"{program!r} is unknown: `_OTHERS` in docs/claims.py lists other programs"


def _wrong_make(arguments: Sequence[str]) -> str | None:
    makefile = _text("Makefile")
    for argument in arguments:
        name, sign, _ = argument.partition("=")
        known = rf"^{name} \??=|\$\({name}\)" if sign else rf"^{name}:"
        if re.fullmatch(r"[\w-]+", name) and not re.search(known, makefile, re.MULTILINE):
            return f"the Makefile has no {'variable' if sign else 'target'} {name}"
    return None


def _wrong_option(
    program: str, arguments: Sequence[str], known: Mapping[str, frozenset[str]]
) -> str | None:
    """Find the longest name of a command that the arguments begin with, and try its options."""
    name = next((n for n in (" ".join(arguments[:2]), *arguments[:1]) if n in known), None)
    if name is None:
        asks = not arguments or arguments[0].startswith(("-", "<")) or arguments[0].isupper()
        return None if asks else f"{program} has no command {arguments[0]}"
    options = (word.partition("=")[0] for word in arguments if word.startswith("--"))
    unknown = [option for option in options if option not in known[name] | {"--help"}]
    return f"{program} {name} has no option {unknown[0]}" if unknown else None


@cache
def _card_ocr() -> Mapping[str, frozenset[str]]:
    """Return the options of each command of `card-ocr`."""
    return {
        name: frozenset(option for one in command.params for option in one.opts)
        for name, command in loaded_commands(app).items()
    }


@cache
def _sls() -> Mapping[str, frozenset[str]]:
    """Return the options of each command of `sls` that the plugin takes."""
    flags = _text("deploy/plugin/flags.js")
    table = re.search(r"FLAGS = \{\n(.+?)\n\};", flags, re.DOTALL)
    everywhere = re.search(r"EVERYWHERE = \[(.+?)\]", flags)
    if table is None or everywhere is None:
        raise ValueError("deploy/plugin/flags.js has no FLAGS or no EVERYWHERE any more")
    rows = re.findall(r"^  '?([a-z ]+)'?: \[(.*)\],$", table[1], re.MULTILINE)
    found = {name: frozenset(_options(own + "," + everywhere[1])) for name, own in rows}
    return {**_SLS_ITSELF, **found}


def _options(names: str) -> Iterator[str]:
    return (f"--{name}" for name in re.findall(r"'([\w-]+)'", names))


# --- names ----------------------------------------------------------------------------------------


def unknown_names(text: str) -> Iterator[str]:
    """Yield the files, tests and variables that a sentence names but that don't exist."""
    for span in spans(text):
        if _PATH.fullmatch(span) and not any(ROOT.glob(span.rstrip("/"))):
            yield f"`{span}`: there is no such file or folder"
        if re.fullmatch(r"test_\w+", span) and span not in _tests():
            yield f"`{span}`: there is no such test"
        if (found := _VARIABLE.fullmatch(span)) and found[1] not in _variables():
            yield f"`{span}`: there is no such variable"
    defaults = {one.name: one.default for one in VARIABLES if one.default is not REQUIRED}
    for name, value in re.findall(r"`([A-Z_]+)` ?[(（]`?([\w,.]+)`?[)）]", text):
        if defaults.get(name, value) != value.replace(",", ""):
            yield f"`{name}`: its default is {defaults[name]}, not {value}"


@cache
def _tests() -> frozenset[str]:
    """Return the names of all tests, since their files may move."""
    files = (path for folder in ROOT.glob("*") for path in folder.glob("**/test_*.py"))
    found = (re.findall(r"^def (test_\w+)", _text(path), re.MULTILINE) for path in files)
    return frozenset(name for names in found for name in names)


@cache
def _variables() -> frozenset[str]:
    """Return every variable that the project reads or passes to another program."""
    read = {one.name for one in VARIABLES}
    read |= set(re.findall(r"^#?([A-Z_]+)=", _text(".env.example"), re.MULTILINE))
    others = {"PIP_INDEX_URL", "SSL_CERT_FILE"}
    codes = {"DEEP_ARCHIVE"}  # a storage class
    return frozenset(read | others | codes)


def unknown_sources(text: str) -> Iterator[str]:
    """Yield numbers of Tencent's pages that docs/sources.md doesn't explain."""
    known = set(_SOURCE.findall(_text("docs/sources.md")))
    for number in sorted(set(_SOURCE.findall(text)) - known):
        yield f"{number}: docs/sources.md doesn't say which page that is"


# --- figures --------------------------------------------------------------------------------------


def wrong_figures(text: str) -> Iterator[str]:
    """Yield figures that differ from the code, the lock files or serverless.yml."""
    for pattern, value in FIGURES.items():
        for found in re.finditer(pattern, text):
            expected = value()
            given = tuple(group.replace(",", "") for group in found.groups())
            if given != expected:
                yield f"“{found[0]}” should say {', '.join(expected)}"


def _function(name: str) -> tuple[str, ...]:
    """Return the memory in MB and the time-out in seconds of a function."""
    found: Any = yaml.safe_load(_text("serverless.yml"))["functions"][name]
    return (str(found["memorySize"]), str(found["timeout"]))


def _instances(name: str) -> tuple[str, ...]:
    """Return the instances of a function at once, and the memory in MB of all of them."""
    found: Any = yaml.safe_load(_text("serverless.yml"))["functions"][name]
    return (str(found["concurrency"]), str(found["concurrency"] * found["memorySize"]))


def _minutes() -> tuple[str, ...]:
    return tuple(re.findall(r"cron: 0 \*/(\d+) ", _text("serverless.yml")))


def _size(lock: str) -> tuple[str, ...]:
    (sizes,) = re.findall(rf"^{lock} (\d+) (\d+)$", _text("requirements/sizes.txt"), re.MULTILINE)
    return tuple(sizes)


def _node() -> tuple[str, ...]:
    return (json.loads(_text("package.json"))["engines"]["node"].removeprefix(">="),)


def _pythons() -> tuple[str, ...]:
    (found,) = re.findall(r"CPython (3\.\d+) to (3\.\d+)", _text("requirements/install.sh"))
    return tuple(found)


def _samples() -> tuple[str, ...]:
    count = str(len(list((ROOT / "local/samples").glob("*/*.jpg"))))
    return (count, count)


def _event_hours(name: str) -> tuple[str]:
    """Return the hours for which SCF keeps a function's event."""
    found: Any = yaml.safe_load(_text("serverless.yml"))["functions"][name]
    return _number(found["eventAge"] / 3600)


def _number(value: float) -> tuple[str]:
    return (f"{value:g}",)


def _is(value: float) -> Callable[[], tuple[str, ...]]:
    return partial(_number, value)


FIGURES: Mapping[str, Callable[[], tuple[str, ...]]] = {
    r"CPython (3\.\d+) (?:to|到) (3\.\d+)": _pythons,
    r"Node\.js (\d+\.\d+)": _node,
    r"demo\.txt into \.venv: about (\d+) MB to download, (\d+) MB": partial(_size, "demo"),
    r"test\.txt into \.venv: about (\d+) MB to download, (\d+) MB": partial(_size, "test"),
    r"(\d+) uploads, (\d+) jobs, \d": _samples,
    # serverless.yml
    r"(?:every|每) (\d+) (?:minutes|分钟)": _minutes,
    r"callback: run at most (\d+) at once, (\d+) MB": partial(_instances, "callback"),
    r"`eventAge`, (\d+) hours for `submit`": partial(_event_hours, "submit"),
    **{
        rf"card-ocr-prod-{name}(?::|  Active ) Python3.10, (\d+) MB, (\d+) s": partial(
            _function, name
        )
        for name in ("submit", "callback", "sweep")
    },
    # claims
    r"(?:less than|under|不到|小于) (\d+) (?:s old|seconds old|秒)": _is(claim.CLAIM_SECONDS),
    r"another claim, and not after (\d+) seconds": _is(claim.CLAIM_SECONDS),
    r"ends (\d+) seconds after its claim": _is(claim.SIGNED_SECONDS),
    # when sweep does what
    r"objects that are (\d+) minutes old": _is(scan.YOUNG_SECONDS / 60),
    r"looks at an object (\d+) minutes after": _is(scan.YOUNG_SECONDS / 60),
    r"(\d+) at a time": _is(scan.DESCRIBED_AT_ONCE),
    r"as it could send in (\d+) minutes": _is(sweep.VAIN_READS_SECONDS / 60),
    r"`claimed`\D{0,30}?(\d+) (?:minutes|分钟)": _is(decide.STALE_SECONDS / 60),
    r"sweep (\d+) minutes later": _is(decide.STALE_SECONDS / 60),
    r"(\d+) (?:minutes after the first refusal|分钟后重试)": _is(decide.FIRST_WAIT_SECONDS / 60),
    r"again after (\d+) minutes, then": _is(decide.FIRST_WAIT_SECONDS / 60),
    r"(?:up to|at most|最长) (\d+) (?:hour|小时)": _is(decide.LONGEST_WAIT_SECONDS / 3600),
    r"(?:both|占位) (\d+) (?:hour|小时)": _is(decide.DENIED_AFTER_SECONDS / 3600),
    r"(?:created|younger by) (\d+) seconds": _is(job_lookup.PROOF_AFTER_SECONDS),
    r"between (\d+) hour and `RECONCILE_DAYS`": _is(reconcile.YOUNGEST_SECONDS / 3600),
    r"(?:after|连续) (\d+) (?:different |such )?(?:cards\s+in a row|张)": _is(
        gate.REFUSED_IN_A_ROW
    ),
    r"(?:every|answer for|later than) (\d+) seconds": _is(gate.ASK_AGAIN_SECONDS),
    r"older than (\d+) minutes, three runs": _is(attention.LATE_SECONDS / 60),
    r"has waited for (\d+) minutes": _is(attention.REFUSED_SECONDS / 60),
    # sizes and forms
    r"(?:longer than|over|超过) (\d+) (?:bytes|字节)": _is(MAX_KEY_BYTES),
    r"at most (\d+) bytes; must not overlap": _is(MAX_OUTPUT_PREFIX_BYTES),
    r"(?:over|more than) (\d+) KiB": _is(events.MAX_BODY_BYTES / 1024),
    r"function's environment \| (\d+) KB": _is(environment.MAX_BYTES / 1024),
    r"not one of (\d+) characters": _is(values.ID_LENGTH),
    r"less than (\d+) years after": _is(checks.YOUNGEST_HOLDER),
    # the callback token
    r"(?:expiry of|expires after|token ends\*\*|有效期) (\d+) (?:days|天)": _is(
        callback_token.LIFETIME_SECONDS / 86_400
    ),
    r"(\d+) days later, when the last token": _is(callback_token.LIFETIME_SECONDS / 86_400),
    r"expires after \d+ days, and is at most (\d+)\sbytes": _is(callback_token.MAX_BYTES),
    r"(\d+) or more random characters": _is(callback_token.MINIMUM_SECRET_LENGTH),
    # card-ocr forget
    r"`card-ocr forget KEY` takes (\d+) minutes": _is(
        (forget.FIRST_LOOK_SECONDS + forget.SECOND_LOOK_SECONDS) / 60
    ),
    r"(\d+) minutes later it deletes": _is(forget.FIRST_LOOK_SECONDS / 60),
    r"(\d+) minutes later it looks again": _is(forget.SECOND_LOOK_SECONDS / 60),
}
"""Patterns of sentences with figures, in both languages, and what their groups must be."""


@cache
def _text(path: str | Path) -> str:
    return (ROOT / path).read_text(encoding="utf-8")
