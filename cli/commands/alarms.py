from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Annotated, NamedTuple

import typer

from cli.alarms.cls import ClsAlarms, FoundAlarm, WantedAlarm
from cli.alarms.table import watches
from cli.connect.service import DeployedService, open_service
from cli.terminal.options import NEEDS_ATTENTION, EnvFile, Json, Stage, Yes
from cli.terminal.output import data, say, show
from cli.terminal.question import agreed, say_place
from deploy.configuration.service import FUNCTIONS
from deploy.roles.cam import Cam
from shared.errors import ConfigurationError

_ENOUGH = ("DEBUG", "INFO")  # log levels at which the lines that are counted are written

List = Annotated[bool, typer.Option("--list", help="Show what is there; change nothing.")]
Remove = Annotated[bool, typer.Option("--remove", help="Delete the alarms that this made.")]
To = Annotated[
    list[int] | None,
    typer.Option(
        "--to",
        min=1,
        metavar="UIN",
        help="A user of the account who gets an e-mail; can be given again. Without it, the "
        "account's owner.",
        show_default=False,
    ),
]
Notice = Annotated[
    str | None,
    typer.Option(
        metavar="ID",
        help="A notice group of CLS (notice-…) that tells others, or in another way.",
        show_default=False,
    ),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would change; change nothing.")]


class _Alarms(NamedTuple):
    """The alarms that are there, and those that should be."""

    cls: ClsAlarms
    wanted: Mapping[str, WantedAlarm]
    found: Mapping[str, FoundAlarm]

    @classmethod
    def of(cls, deployed: DeployedService, alarms: ClsAlarms) -> _Alarms:
        """Look for those that are there.

        Raises:
            ConfigurationError: the functions log into several topics.
        """
        topics = set(deployed.topics(FUNCTIONS).values())
        if len(topics) > 1:
            raise ConfigurationError(
                "provider.logs",
                "the functions log into several topics; name one in serverless.yml, then deploy",
            )
        names = {key: deployed.service.function_name(key) for key in FUNCTIONS}
        chosen = watches(has_callbacks=deployed.settings.callback.type != "NONE")
        wanted = alarms.wanted(chosen, topics.pop(), names)
        return cls(
            alarms,
            {alarm.name: alarm for alarm in wanted},
            {alarm.name: alarm for alarm in alarms.found()},
        )

    def states(self) -> dict[str, str]:
        """Return of each name whether it is `missing`, `off`, `different` or `on`."""
        return {name: self._state(name) for name in {**self.wanted, **self.found}}

    def _state(self, name: str) -> str:
        found, wanted = self.found.get(name), self.wanted.get(name)
        if found is None:
            return "missing"
        if not found.is_on:
            return "off"
        return "on" if wanted is not None and wanted.watches == found.watches else "different"


def alarms(
    *,
    to: To = None,
    notice: Notice = None,
    list_: List = False,
    remove: Remove = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    env_file: EnvFile = None,
    stage: Stage = None,
    json: Json = False,
) -> None:
    """Make the alarms of docs/operating.md in CLS, from what the functions log.

    It says first what it makes, and asks. An alarm that is there is left as it is, whatever was
    changed of it since: --remove and another call make it anew. Ours are those whose names begin
    with the deployment's, such as card-ocr-prod/heartbeat.

    With --list, the exit status is 1 if an alarm is missing, off, or different from what this
    version makes.
    """
    _check_call(to, notice, lists=list_, removes=remove)
    deployed = open_service(env_file, stage)
    cls = ClsAlarms.of(deployed.api, deployed.service)
    if list_:
        _list(_Alarms.of(deployed, cls).states(), json=json)
        return
    tell = say if json else show
    planned = _removal(cls) if remove else _making(deployed, cls, to or [], notice)
    say_place(deployed.settings, json=json)
    for step in planned:
        tell(step.says)
    if not planned:
        say("Nothing to do.")
    elif not dry_run and agreed(deployed.settings, "Do this now?", yes=yes):
        for step in planned:
            step.do()
        say("Done.")
    if json:
        data({"dry_run": dry_run, "steps": [step.says for step in planned]})


def _check_call(to: list[int] | None, notice: str | None, *, lists: bool, removes: bool) -> None:
    """Refuse options that don't go together: none is ignored.

    Raises:
        ConfigurationError: they don't.
    """
    if lists and removes:
        raise ConfigurationError("--list", "changes nothing; --remove goes without it")
    for option, is_given in (("--to", to), ("--notice", notice)):
        if is_given and (lists or removes):
            raise ConfigurationError(option, "is for alarms that are made: no --list, no --remove")
    if to and notice:
        raise ConfigurationError("--to", "goes into a notice of ours; --notice names another's")


class _Step(NamedTuple):
    """One request, and what it does in a few words."""

    says: str
    do: Callable[[], object]


def _list(states: Mapping[str, str], *, json: bool) -> None:
    if json:
        data({"alarms": states})
    else:
        for name, state in states.items():
            show(f"{state:<10}{name}")
    if set(states.values()) != {"on"}:
        raise typer.Exit(NEEDS_ATTENTION)


def _making(
    deployed: DeployedService, cls: ClsAlarms, to: Sequence[int], notice: str | None
) -> list[_Step]:
    """Return the requests that make what is missing.

    Raises:
        ConfigurationError: the functions don't log what is counted.
    """
    level = deployed.settings.log_level
    if level not in _ENOUGH:
        raise ConfigurationError(
            "LOG_LEVEL", f"is {level}; the alarms count lines that are written at INFO"
        )
    alarms = _Alarms.of(deployed, cls)
    states = alarms.states()
    for name, state in states.items():
        if state in {"off", "different"}:
            say(f"{name} is {state} and stays so; --remove and another call make it anew")
    missing = [alarm for name, alarm in alarms.wanted.items() if states[name] == "missing"]
    if not missing:
        return []
    told_by = [known] if (known := notice or cls.notice()) else []
    steps = []
    if not told_by:
        receivers = to or [int(Cam(deployed.api).account())]
        says = f"make {cls.notice_name}: an e-mail to {', '.join(map(str, receivers))}"
        steps.append(_Step(says, lambda: told_by.append(cls.make_notice(receivers))))
    elif to:
        say(f"{cls.notice_name} is there, and tells whom it told before")

    def make(alarm: WantedAlarm) -> None:
        cls.make(alarm, told_by[0])

    for alarm in missing:
        says = f"make {alarm.name}: {alarm.parameters['Condition']}"
        steps.append(_Step(says, partial(make, alarm)))
    return steps


def _removal(cls: ClsAlarms) -> list[_Step]:
    """Return the requests that delete what is there: the notice last, since alarms name it."""
    steps = [_Step(f"delete {one.name}", partial(cls.remove, one)) for one in cls.found()]
    notice = cls.notice()
    if notice is not None:
        steps.append(_Step(f"delete {cls.notice_name}", partial(cls.remove_notice, notice)))
    return steps
