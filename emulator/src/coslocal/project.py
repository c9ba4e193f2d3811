"""A project's serverless.yml: which functions it declares, and what invokes each of them.

Two forms of an event are read: the one with the names of SCF's own API below `parameters`, as the
plugin serverless-tencent-scf has it, and the same names without that level. Of the variables, those
of `env`, `opt`, `self` and `sls` are known.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

from coslocal.cos.hosts import appid_of
from coslocal.functions import in_own_processes
from coslocal.functions.process import Language
from coslocal.project_yaml import ProjectUnreadable, Variables, read_yaml
from coslocal.settings import FunctionSettings, Settings, Timer, Topic, Uploads, Url
from coslocal.triggers.uploads import CREATED

FILE: Final = "serverless.yml"
DEFAULT_HANDLER: Final = "index.main_handler"
DEFAULT_RUNTIME: Final = "Python3.10"
DEFAULT_TIMEOUT: Final = 3
"""Seconds; SCF's own default."""

Trigger = Uploads | Timer | Topic | Url

_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,59}")
_VARIABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_HANDLER: Final = re.compile(r"(?P<module>[\w-]+(?:[./][\w-]+)*)\.(?P<entry>\w+)")
_REGION: Final = re.compile(r"[a-z0-9-]+")
_BUCKET: Final = re.compile(r"(?P<name>[^.]+)(?:\.cos\..+)?")
_EVENT: Final = re.compile(r"cos:Object(Created|Remove):(\*|[A-Za-z]+)")
_MODULE_FILES: Final[Mapping[Language, Sequence[str]]] = {
    "Python": (".py", "/__init__.py"),
    "Nodejs": (".js", ".cjs", "/index.js"),
}


@dataclass(frozen=True)
class Project:
    """What a serverless.yml declares.

    Attributes:
        functions: Each runs in processes of its own.
        buckets: Those that the events name.
        left_out: Sentences about events that are not emulated.
    """

    name: str
    region: str
    functions: Sequence[FunctionSettings]
    buckets: Sequence[str]
    left_out: Sequence[str]

    def settings(self, url: str, bucket: str | None = None) -> Settings:
        """Return how an emulator is set up that is served at `url`.

        `bucket` is for events that name none; it is the first that is named if None.
        """
        own = bucket or next(iter(self.buckets), Settings.bucket)
        return Settings(
            bucket=own,
            buckets=[one for one in self.buckets if one != own],
            region=self.region,
            functions=self.functions,
            environment={"COSLOCAL_URL": url},
            url=url,
        )


class _Event(NamedTuple):
    """What stands below one event's name, and where that is."""

    values: Mapping[str, Any]
    place: str

    def text(self, *names: str, default: str | None = None) -> str:
        """Return the first of these values that is there.

        Raises:
            ProjectUnreadable: It is no text, or there is none and no default.
        """
        for name in names:
            value = self.values.get(name)
            if isinstance(value, str):
                return value
            if value is not None:
                raise ProjectUnreadable(f"{self.place}.{name} must be text, not {value!r}")
        if default is None:
            raise ProjectUnreadable(f"{self.place}.{names[0]} is missing")
        return default


def read_project(
    path: Path,
    *,
    environment: Mapping[str, str] | None = None,
    stage: str | None = None,
    region: str | None = None,
) -> Project:
    """Read a serverless.yml.

    Args:
        path: The file. Code is looked for from its folder on.
        environment: What `${env:…}` stands for, this process's environment if None.
        stage: What `${opt:stage}` stands for.
        region: What `${opt:region}` stands for; it is the project's region, too.

    Raises:
        ProjectUnreadable: The file, or what it says, can't be read; the message says where.
    """
    try:
        return _read(path, environment, stage, region)
    except ProjectUnreadable as error:
        raise ProjectUnreadable(f"{path}: {error}") from error


def _read(
    path: Path, environment: Mapping[str, str] | None, stage: str | None, region: str | None
) -> Project:
    document = read_yaml(path)
    options = {"stage": stage, "region": region}
    variables = Variables(
        document,
        {name: value for name, value in options.items() if value},
        os.environ if environment is None else environment,
        path.parent,
    )
    provider = _mapping(variables.resolve(document.get("provider"), "provider"), "provider")
    functions = _mapping(variables.resolve(document.get("functions"), "functions"), "functions")
    if not functions:
        raise ProjectUnreadable("it declares no functions; write them below `functions:`")
    reader = ProjectReader(path.parent, provider)
    declared = [reader.function(name, value) for name, value in functions.items()]
    return Project(
        name=str(variables.resolve(document.get("service"), "service") or path.parent.name),
        region=_region(region or provider.get("region") or Settings.region),
        functions=declared,
        buckets=list(dict.fromkeys(reader.buckets)),
        left_out=reader.left_out,
    )


class ProjectReader:
    """Reads functions, and collects what they name."""

    def __init__(self, folder: Path, provider: Mapping[str, Any]) -> None:
        self._folder = folder
        self._provider = provider
        self.buckets: list[str] = []
        self.left_out: list[str] = []
        self.kinds: Mapping[str, Callable[[_Event], Trigger | None]] = {
            "cos": self._uploads,
            "timer": _timer,
            "url": lambda _event: Url(),
            "cmq": lambda event: Topic(event.text("topic", "name")),
        }

    def function(self, name: object, value: object) -> FunctionSettings:
        """Return one function as it is declared."""
        place = f"functions.{name}"
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise ProjectUnreadable(
                f"{place}: a function is named in letters, digits, - and _, beginning with a letter"
            )
        declared = _mapping(value, place)
        language = self._language(declared, place)
        folder, module, entry = self._handler(name, declared, language, place)
        events = declared.get("events") or []
        if not isinstance(events, list):
            raise ProjectUnreadable(f"{place}.events must be a list; begin each event with `-`")
        triggers = [self._trigger(one, f"{place}.events[{i}]") for i, one in enumerate(events)]
        time_limit = self._time_limit(declared, place)
        return FunctionSettings(
            name,
            in_own_processes(module, folder, entry=entry, language=language, time_limit=time_limit),
            [one for one in triggers if one is not None],
            {
                **_environment(self._provider.get("environment"), "provider.environment"),
                **_environment(declared.get("environment"), f"{place}.environment"),
            },
        )

    def _language(self, declared: Mapping[str, Any], place: str) -> Language:
        runtime = str(declared.get("runtime") or self._provider.get("runtime") or DEFAULT_RUNTIME)
        if runtime.startswith("Python"):
            return "Python"
        if not runtime.startswith("Nodejs"):
            raise ProjectUnreadable(f"{place}: runtimes are Python… and Nodejs…, not {runtime}")
        if shutil.which("node") is None:
            raise ProjectUnreadable(f"{place}: its runtime is {runtime}, and node is not installed")
        return "Nodejs"

    def _time_limit(self, declared: Mapping[str, Any], place: str) -> float:
        seconds = declared.get("timeout", self._provider.get("timeout", DEFAULT_TIMEOUT))
        if isinstance(seconds, bool) or not isinstance(seconds, int) or seconds < 1:
            raise ProjectUnreadable(f"{place}.timeout must be a whole number of seconds from 1 up")
        return float(seconds)

    def _handler(
        self, name: str, declared: Mapping[str, Any], language: Language, place: str
    ) -> tuple[Path, str, str]:
        """Return the folder of the code, the module in dotted form, and the handler's name."""
        code = declared.get("codeUri") or declared.get("src") or "."
        if not isinstance(code, str):
            raise ProjectUnreadable(f"{place}.codeUri must be the path of a folder")
        folder = (self._folder / code).resolve()
        handler = declared.get("handler") or self._usual_handler(name, folder, language)
        match = _HANDLER.fullmatch(handler) if isinstance(handler, str) else None
        if match is None:
            raise ProjectUnreadable(
                f"{place}.handler must be written <module>.<function>, as {DEFAULT_HANDLER}, "
                f"not {handler!r}"
            )
        module = match["module"].replace("/", ".")
        if not _has_module(folder, module, language):
            raise ProjectUnreadable(
                f"{place}.handler is {handler}: there is no {module.replace('.', '/')}"
                f"{_MODULE_FILES[language][0]} in {code}; name one that is there"
            )
        return folder, module, match["entry"]

    def _usual_handler(self, name: str, folder: Path, language: Language) -> str:
        """Return the handler of a function that names none."""
        own = f"functions.{name}.{DEFAULT_HANDLER}"
        found = _has_module(folder, own.rpartition(".")[0], language)
        return own if found else DEFAULT_HANDLER

    def _trigger(self, declared: object, place: str) -> Trigger | None:
        event = {declared: None} if isinstance(declared, str) else _mapping(declared, place)
        if len(event) != 1:
            raise ProjectUnreadable(f"{place} must have one kind, not {', '.join(map(str, event))}")
        ((kind, value),) = event.items()
        if kind not in self.kinds:
            known = ", ".join(self.kinds)
            self.left_out.append(f"{place}: {kind} is not emulated; {known} are")
            return None
        place = f"{place}.{kind}"
        values = {} if value is None or isinstance(value, bool) else _mapping(value, place)
        below = _mapping(values.get("parameters"), f"{place}.parameters")
        values = {**values, **below}
        if values.get("enable") is False:
            self.left_out.append(f"{place}: it is not enabled")
            return None
        try:
            return self.kinds[kind](_Event(values, place))
        except ValueError as error:
            raise ProjectUnreadable(f"{place}: {error}") from error

    def _uploads(self, event: _Event) -> Uploads | None:
        """Return the trigger of one event of COS; a bucket that is empty is the emulator's own."""
        kind = event.text("event", "events", default=CREATED)
        if not _EVENT.fullmatch(kind):
            known = "cos:ObjectCreated and cos:ObjectRemove are"
            self.left_out.append(f"{event.place}: {kind} is not emulated; {known}")
            return None
        filters = _mapping(event.values.get("filter"), f"{event.place}.filter")
        filtered = _Event({**event.values, **filters}, event.place)
        match = _BUCKET.fullmatch(event.text("bucket", default=""))
        if match is not None:
            appid_of(match["name"])
            self.buckets.append(match["name"])
        return Uploads(
            filtered.text("prefix", "Prefix", default=""),
            filtered.text("suffix", "Suffix", default=""),
            None if match is None else match["name"],
            kind,
        )


def _region(name: object) -> str:
    if not isinstance(name, str) or not _REGION.fullmatch(name):
        raise ProjectUnreadable(
            f"provider.region must be a region's name, such as {Settings.region}"
        )
    return name


def _timer(event: _Event) -> Timer:
    return Timer(
        event.text("name"),
        message=event.text("message", "argument", default=""),
        cron=event.text("cron", "cronExpression"),
    )


def _has_module(folder: Path, module: str, language: Language) -> bool:
    path = folder.joinpath(*module.split("."))
    return any(Path(f"{path}{ending}").is_file() for ending in _MODULE_FILES[language])


def _environment(value: object, place: str) -> dict[str, str]:
    """Return variables as a process has them; they may stand below `variables`."""
    given = _mapping(value, place)
    if given.keys() == {"variables"}:
        given = _mapping(given["variables"], f"{place}.variables")
    found: dict[str, str] = {}
    for name, one in given.items():
        if not isinstance(name, str) or not _VARIABLE.fullmatch(name):
            raise ProjectUnreadable(f"{place}: {name!r} is no name of a variable")
        if isinstance(one, bool):
            found[name] = str(one).lower()
        elif one is None or isinstance(one, (str, int, float)):
            found[name] = "" if one is None else str(one)
        else:
            raise ProjectUnreadable(f"{place}.{name} must be text or a number")
    return found


def _kind(value: object) -> str:
    """Say what a value is, and not the value, which can be a secret."""
    if isinstance(value, list):
        return "a list"
    return "text" if isinstance(value, str) else "one value"


def _mapping(value: object, place: str) -> Mapping[Any, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise ProjectUnreadable(f"{place} must have names with values below it, not {_kind(value)}")
    return value
