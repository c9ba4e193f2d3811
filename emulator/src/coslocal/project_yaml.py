"""The text of a serverless.yml: YAML of plain values, and the variables in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import yaml

MAX_BYTES: Final = 500_000
MAX_VALUES: Final = 20_000
"""Values in one file, each use of an anchor counted: a few lines can name billions."""
MAX_DEPTH: Final = 40
MAX_VARIABLES: Final = 10_000
"""Variables that are replaced in one file."""
MAX_TEXT: Final = 100_000
"""Characters of one text, once its variables are replaced."""

_VARIABLE: Final = re.compile(r"\$\{([^${}]*)\}")
_SOURCES: Final = re.compile(r"""\s*((?:'[^']*'|"[^"]*"|[^,'"])*)\s*(?:,|$)""")


_FAULTS: Final = (
    (r"found character '\\t'", "there is a tab; indent with blanks"),
    ("mapping values are not allowed", "there is one colon too many; put the value in quotes"),
    (
        r"found undefined alias '(.*)'",
        r"*\1 is the name of nothing in the file; put it in quotes if it is text",
    ),
    (
        r"constructor for the tag '(.*)'",
        r"the tag \1 is not read here; leave it out, and write a plain value",
    ),
    ("unhashable key", "a list or a mapping is used as a name; put the name in quotes"),
    (
        "expected <block end>|expected <block sequence",
        "it is indented otherwise than what it stands below; give both as many blanks",
    ),
    ("could not find expected ':'", "there is a name without a colon; write `name: value`"),
    (
        "unexpected end of stream|node content|expected '?,",
        "a bracket or a quote is not closed; close it",
    ),
    (
        "scanning a (simple key|quoted)|cannot start any token|not allowed",
        "there is a character with a meaning of its own in YAML; put the value in quotes",
    ),
)
"""What is wrong and what to do, by what PyYAML says of it."""


class ProjectUnreadable(Exception):
    """A serverless.yml can't be read, or says what can't be; the message says where."""


class _Loader(yaml.SafeLoader):  # type: ignore[misc] # it has no types
    """Makes plain values only, and refuses a name that is there twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 - the parameters are PyYAML's
        names = [one.value for one, _ in node.value if isinstance(one, yaml.ScalarNode)]
        twice = [name for name in names if names.count(name) > 1 and name != "<<"]
        if twice:
            line = node.start_mark.line + 1
            raise ProjectUnreadable(f"line {line}: {twice[0]} is there twice; keep one of them")
        made: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        return made


def read_yaml(path: Path) -> Mapping[str, Any]:
    """Read a file that holds one mapping.

    Raises:
        ProjectUnreadable: It can't be read, is too large, or is no such YAML.
    """
    try:
        text = path.read_bytes()
    except OSError as error:
        raise ProjectUnreadable(f"it can't be read: {error.strerror}") from error
    if len(text) > MAX_BYTES:
        raise ProjectUnreadable(f"it is larger than {MAX_BYTES} bytes")
    try:
        document = yaml.load(text, _Loader)  # noqa: S506 - a kind of SafeLoader
        _check_size(document)
    except yaml.MarkedYAMLError as error:
        raise ProjectUnreadable(_said_of(error)) from error
    except yaml.reader.ReaderError as error:
        raise ProjectUnreadable(
            f"character {error.position + 1} is none that YAML has; save the file as UTF-8 text"
        ) from error
    except (RecursionError, TypeError, ValueError) as error:
        raise ProjectUnreadable(
            "it has a value that can't be, such as a date that is none, or too many values; put "
            "the value in quotes"
        ) from error
    if not isinstance(document, Mapping):
        raise ProjectUnreadable("it has no names with values; write `functions:` and what is below")
    return document


def _said_of(error: yaml.MarkedYAMLError) -> str:
    mark = error.problem_mark or error.context_mark
    problem = f"{error.context} {error.problem}"
    for pattern, said in _FAULTS:
        if match := re.search(pattern, problem):
            opened = error.context_mark
            place = f"line {mark.line + 1}, column {mark.column + 1}"
            since = (
                f" (it begins in line {opened.line + 1})" if "close it" in said and opened else ""
            )
            return f"{place}: {match.expand(said)}{since}"
    return f"line {mark.line + 1}: it is no YAML; look at the brackets, quotes and indentation"


class Variables:
    """What `${…}` stands for: the first of its sources that is there.

    `folder` may have a file .env, which is read if the document says `useDotenv: true`.
    """

    def __init__(
        self,
        document: Mapping[str, Any],
        options: Mapping[str, str],
        environment: Mapping[str, str],
        folder: Path,
    ) -> None:
        self._document = document
        self._options = options
        self._replaced = 0
        self._environment = dict(environment)
        if document.get("useDotenv") is True:
            self._environment = {**_dotenv(folder / ".env"), **self._environment}

    def resolve(self, value: Any, place: str, depth: int = 0) -> Any:  # noqa: ANN401 - as in YAML
        """Return a value with every variable in it replaced; `place` is named in errors.

        Raises:
            ProjectUnreadable: A variable is not known, or has no value and no default.
        """
        if depth > MAX_DEPTH:
            raise ProjectUnreadable(f"{place}: a variable stands for itself")
        if isinstance(value, Mapping):
            return {
                name: self.resolve(one, f"{place}.{name}", depth + 1) for name, one in value.items()
            }
        if isinstance(value, list):
            return [self.resolve(one, f"{place}[{i}]", depth + 1) for i, one in enumerate(value)]
        return self._resolve_text(value, place, depth) if isinstance(value, str) else value

    def _resolve_text(self, text: str, place: str, depth: int) -> Any:  # noqa: ANN401
        while (match := _VARIABLE.search(text)) is not None:
            self._replaced += 1
            if self._replaced > MAX_VARIABLES:
                raise ProjectUnreadable(f"{place}: its variables stand for too much")
            found = self._value(match[1], place, depth)
            if match[0] == text and not isinstance(found, str):
                return found
            if isinstance(found, (Mapping, list)):
                raise ProjectUnreadable(f"{place}: {match[0]} is no text")
            if len(text) + len(str(found)) * text.count(match[0]) > MAX_TEXT:
                raise ProjectUnreadable(f"{place}: its variables stand for too much")
            text = text.replace(match[0], str(found))
        return text

    def _value(self, sources: str, place: str, depth: int) -> Any:  # noqa: ANN401 - as above
        asked = [one.strip() for one in _SOURCES.findall(sources) if one.strip()]
        for one in asked:
            found = self._source(one, place)
            if found is not None:
                return self.resolve(found, place, depth + 1)
        raise ProjectUnreadable(f"{place}: ${{{sources}}} has no value: set {asked[0] or 'one'}")

    def _source(self, source: str, place: str) -> Any:  # noqa: ANN401 - as above
        if source[0] in "'\"":
            return source[1:-1]
        kind, _, name = source.partition(":")
        if kind == "env":
            return self._environment.get(name)
        if kind == "opt":
            return self._options.get(name)
        if kind == "self":
            return self._of_document(name)
        if source == "sls:stage":
            provider = self._of_document("provider.stage")
            return self._options.get("stage") or provider or "dev"
        if re.fullmatch(r"true|false|null|-?[0-9]+", source):
            return yaml.safe_load(source)
        raise ProjectUnreadable(
            f"{place}: ${{{source}}} is not known here; env:, opt:, self: and sls:stage are"
        )

    def _of_document(self, path: str) -> Any:  # noqa: ANN401 - as above
        found: Any = self._document
        for name in path.split("."):
            found = found.get(name) if isinstance(found, Mapping) else None
        return found


def _check_size(document: object) -> None:
    """Refuse a document whose values can't be walked through.

    Raises:
        ValueError: It has too many, or one is inside itself.
    """
    waiting: list[tuple[object, int]] = [(document, 0)]
    seen = 0
    while waiting:
        value, depth = waiting.pop()
        seen += 1
        if seen > MAX_VALUES or depth > MAX_DEPTH:
            raise ValueError("too many values")
        if isinstance(value, Mapping):
            waiting.extend((one, depth + 1) for one in value.values())
        elif isinstance(value, list):
            waiting.extend((one, depth + 1) for one in value)


def _dotenv(path: Path) -> dict[str, str]:
    """Read a file of lines NAME=value, the value in quotes or not; none if there is no file."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise ProjectUnreadable(f"{path} can't be read") from error
    found = {}
    for line in lines:
        match = re.fullmatch(r"\s*(?:export\s+)?(\w+)\s*=\s*(.*?)\s*", line)
        if match is None:
            continue
        quoted = re.fullmatch(r"""(['"])(.*)\1(?:\s+#.*)?""", match[2])
        found[match[1]] = quoted[2] if quoted else re.split(r"\s+#", match[2])[0]
    return found
