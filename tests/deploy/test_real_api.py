"""What the real SCF and CAM are known to do, and replies of any other form.

Each row is a behaviour that independent evidence shows (deploy, then deploy, then remove). The
mixtures, and the replies of another form, are seeded: `SEEDS` in the environment is how many
there are, `SEED` the one to replay.
"""

from __future__ import annotations

import dataclasses
import json
import os
import random
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.support.deployed import invoker
from tests.support.deployments import Altered, Deployment
from tests.support.environment import REGION
from tests.support.tencent_api import Break, Fail
from tests.support.tencent_api.behaviour import ABSENT_CODES, BUSY_CODES, CONSOLE_ROLES, Behaviour
from tests.support.tencent_api.state import Account

EVERY_TYPE = frozenset({"cos", "timer", "http", "cmq"})

ROWS: Mapping[str, Mapping[str, Any]] = {
    **{
        f"busy for some reads as {code}": {"busy_code": code, "busy_after": 3}
        for code in BUSY_CODES
    },
    "busy for 20 s": {"busy_seconds": 20},
    **{f"absent as {code}": {"absent_code": code, "create_lag": 3} for code in ABSENT_CODES},
    **{
        f"while it is deleted {shown}": {"deleting_as": shown, "deleting_reads": 4}
        for shown in ("Deleting", "ResourceNotFound.Version", "both")
    },
    "a new function is absent for some reads": {"create_lag": 5},
    "triggers come and go late": {"trigger_lag": 5},
    "an address comes late": {"address_lag": 3, "create_trigger_tells": False},
    "CreateTrigger shows no trigger": {"create_trigger_tells": False},
    "CreateTrigger shows no address": {"create_trigger_tells": "no address"},
    "CAM shows roles late": {"cam_lag": 5},
    "Active before it is Available": {"available_status": True, "available_lag": 4},
    **{f"empty lists are {form}": {"empty_lists": form} for form in ("null", "missing")},
    **{f"nullable fields are {form}": {"nullable": form} for form in ("null", "missing")},
    **{
        f"no Description of {kind}, {shown!r}": {
            "hides_description": frozenset({kind}),
            "description_as": shown,
        }
        for kind in sorted(EVERY_TYPE - {"cmq"})
        for shown in (None, "")
    },
    "no Description at all": {"hides_description": EVERY_TYPE},
    "retries in two entries": {"retry_entries": 2},
    "retries in two entries, the default last": {"retry_entries": 2, "retry_reversed": True},
    "UpdateTrigger knows no Function URL": {"updates_http": False},
}


def sends_without_sweep(account: Account) -> None:
    """No function without its sweep has an open COS trigger, at any moment."""
    submit = account.functions.get((REGION, "card-ocr-prod-submit"))
    opened = submit is not None and any(
        trigger["Type"] == "cos" and trigger["Enable"] for trigger in submit.triggers
    )
    assert not opened or (REGION, "card-ocr-prod-sweep") in account.functions


@pytest.mark.parametrize("row", ROWS)
def test_a_first_deployment_survives_the_real_api(deployment: Deployment, row: str) -> None:
    deployment.watch = sends_without_sweep
    deployment.api.account.behaviour = Behaviour(**ROWS[row])
    deployment.deployed()
    assert "nothing to change" in deployment.deployed().out
    deployment.deployed("remove")
    assert deployment.api.account.functions == {}


def test_one_function_that_is_busy_for_20_seconds_costs_less_than_a_minute(
    deployment: Deployment,
) -> None:
    deployment.api.account.behaviour = Behaviour(busy_seconds=20, busy_changes=1)
    deployment.deployed()
    assert 20 <= deployment.clock.now < 60


@pytest.mark.parametrize("code", ["FailedOperation", "UnauthorizedOperation.FunctionStatus"])
def test_a_function_that_stays_busy_ends_in_one_sentence(deployment: Deployment, code: str) -> None:
    deployment.api.account.behaviour = Behaviour(busy_code=code, busy_seconds=10**6)
    ended = deployment.run("deploy")
    assert ended.status == 1
    assert ended.err.count("\n") == 1
    assert code in ended.err
    assert " after 60 s; run the same command again" in ended.err
    # And what was busy is completed by the next run
    deployment.api.account.behaviour = Behaviour()
    deployment.clock.now += 10**6
    deployment.deployed()
    assert deployment.changes() == []


@pytest.mark.parametrize("role", sorted(CONSOLE_ROLES))
def test_a_role_that_a_console_makes_is_named_with_where_to_click(
    deployment: Deployment, role: str
) -> None:
    deployment.api.account.behaviour = Behaviour(console_roles=set(CONSOLE_ROLES - {role}))
    ended = deployment.run("deploy")
    assert ended.status == 1
    assert ended.err.startswith(f"the role {role} does not exist in this account, and ")
    assert "open https://console.cloud.tencent.com/" in ended.err
    assert deployment.api.actions(changes=True) == []
    # And once it is there, the same command ends well
    deployment.api.account.behaviour.console_roles.add(role)
    deployment.deployed()


def test_whoever_may_not_read_roles_is_told_of_a_consoles_role_by_scf(
    deployment: Deployment,
) -> None:
    number = deployment.actions().index("GetRole")
    deployment.forget()
    deployment.api.account.behaviour = Behaviour(console_roles={"CI_QCSRole"})
    deployment.api.faults.at = {number: Fail("AuthFailure.UnauthorizedOperation")}
    ended = deployment.run("deploy")
    assert ended.err.startswith("scf:CreateFunction failed: FailedOperation.QcsRoleNotFound, 角色")
    assert "; the role SCF_QcsRole does not exist in this account, and " in ended.err


def mixture(seed: int) -> Behaviour:
    """Some of every behaviour at once."""
    chance = random.Random(seed)  # noqa: S311 — a seed to replay
    busy = chance.choice(["busy_after", "busy_seconds", "neither"])
    types = sorted(EVERY_TYPE)
    return Behaviour(
        absent_code=chance.choice(ABSENT_CODES),
        create_lag=chance.randrange(6),
        trigger_lag=chance.randrange(6),
        address_lag=chance.randrange(4),
        deleting_reads=chance.randrange(6),
        deleting_as=chance.choice(["Deleting", "ResourceNotFound.Version", "both"]),
        busy_code=chance.choice(BUSY_CODES),
        busy_after=chance.randrange(6) if busy == "busy_after" else 0,
        busy_seconds=chance.uniform(0, 20) if busy == "busy_seconds" else 0,
        available_status=chance.random() < 0.5,
        available_lag=chance.randrange(4),
        empty_lists=chance.choice(["[]", "null", "missing"]),
        nullable=chance.choice(["shown", "null", "missing"]),
        hides_description=frozenset(chance.sample(types, chance.randrange(len(types) + 1))),
        description_as=chance.choice([None, ""]),
        retry_entries=chance.choice([1, 2]),
        retry_reversed=chance.random() < 0.5,
        updates_http=chance.random() < 0.5,
        create_trigger_tells=chance.choice([True, False, "no address"]),
        console_roles=set(CONSOLE_ROLES)
        if chance.random() < 0.8
        else set(chance.sample(sorted(CONSOLE_ROLES), 1)),
    )


def seeds(usual: int) -> list[int]:
    if "SEED" in os.environ:
        return [int(os.environ["SEED"])]
    return list(range(int(os.environ.get("SEEDS", usual))))


@pytest.mark.parametrize("seed", seeds(6))
def test_any_mixture_converges_in_two_deployments_and_leaves_nothing(
    tmp_path: Path, seed: int
) -> None:
    deployment = Deployment(tmp_path)
    deployment.watch = sends_without_sweep
    behaviour = deployment.api.account.behaviour = mixture(seed)
    if missing := CONSOLE_ROLES - behaviour.console_roles:
        assert f"the role {next(iter(missing))} does not exist" in deployment.run("deploy").err
        deployment.api.account.behaviour = dataclasses.replace(
            behaviour, console_roles=set(CONSOLE_ROLES)
        )
    deployment.run("deploy")
    deployment.deployed()
    assert deployment.changes() == []
    # And so does another prefix, with other code
    deployment.package("second")
    deployment.set_prefix("uploads/new/")
    deployment.run("deploy")
    deployment.deployed()
    assert deployment.changes() == []
    deployment.run("remove")
    deployment.deployed("remove")
    assert deployment.api.account.functions == {}


@pytest.mark.parametrize("number", range(4))
def test_a_trigger_whose_creation_was_not_answered_is_found_by_the_next_deployment(
    deployment: Deployment, number: int
) -> None:
    called = [n for n, action in enumerate(deployment.actions()) if action == "CreateTrigger"]
    deployment.forget()
    deployment.api.account.behaviour = Behaviour(trigger_lag=4)
    deployment.api.faults.at = {called[number]: Break(after_effect=True)}
    assert deployment.run("deploy").status == 1
    deployment.api.faults.at = {}
    deployment.deployed()
    assert deployment.changes() == []


def test_a_trigger_that_is_listed_is_enough_whatever_scf_shows_of_it(
    deployment: Deployment,
) -> None:
    def without_message(action: str, reply: Any) -> Any:
        for trigger in reply["Response"].get("Triggers", []) if action == "ListTriggers" else []:
            trigger.pop("CustomArgument")
        return reply

    deployment.answers = Altered(deployment.api, without_message)
    deployment.deployed()


def test_an_account_without_money_is_told_so_at_once(deployment: Deployment) -> None:
    def suspended(action: str, reply: Any) -> Any:
        if action == "GetFunction" and "Error" not in reply["Response"]:
            reply["Response"]["AvailableStatus"] = "InsufficientBalance"
        return reply

    deployment.deployed()
    deployment.package("second")
    began = deployment.clock.now
    deployment.answers = Altered(deployment.api, suspended)
    ended = deployment.run("deploy")
    assert ended.err.startswith("SCF has suspended card-ocr-prod-callback, since the account's ")
    assert "Active and InsufficientBalance" in deployment.deployed("info").out
    assert deployment.clock.now == began
    # And what costs nothing more can be removed all the same
    deployment.deployed("remove")
    assert deployment.api.account.functions == {}


def test_a_trigger_without_a_description_beside_ours_is_somebody_elses(
    existing: Deployment,
) -> None:
    (ours,) = existing.function("submit").triggers
    shown = {**json.loads(ours["TriggerDesc"]), "filter": {"Prefix": "scans/", "Suffix": ""}}
    theirs = {**ours, "TriggerDesc": json.dumps(shown), "Description": ""}
    existing.function("submit").triggers.append(theirs)
    existing.deployed()
    assert theirs in existing.function("submit").triggers


def test_info_waits_for_nothing(existing: Deployment) -> None:
    began = existing.clock.now
    existing.function("sweep").status = existing.function("sweep").becomes = "Deleting"
    assert "card-ocr-prod-sweep  Deleting" in existing.deployed("info").out
    assert existing.clock.now == began


# A reply of any other form is one sentence: never a traceback, never exit status 70.
# Each seed breaks one value of one reply in one command.


COMMANDS = (
    ("deploy",),
    ("deploy-function", "--function", "submit"),
    ("info",),
    ("logs", "--function", "sweep"),
    ("invoke", "--function", "sweep"),
    ("remove",),
)
DEEP: Any = json.loads("[" * 200 + "]" * 200)
FORMS: tuple[Any, ...] = (
    None,
    7,
    -1.5,
    True,
    "text",
    "",
    "{",
    [],
    [1],
    ["a"],
    [None],
    {},
    {"a": 1},
    DEEP,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every value in a reply."""
    yield path
    if isinstance(value, dict | list):
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for name, inner in pairs:
            yield from places(inner, (*path, name))


class Broken:
    """Breaks one reply: the one of that number."""

    def __init__(self, chance: random.Random, number: int) -> None:
        self._chance = chance
        self._number = number
        self.seen = 0
        self.broke = ""

    def __call__(self, _action: str, reply: Any) -> Any:
        self.seen += 1
        return self._break(reply) if self.seen == self._number else reply

    def _break(self, reply: Any) -> Any:
        *path, last = self._chance.choice([place for place in places(reply) if place])
        form = self._chance.choice(FORMS)
        inner = reply
        for name in path:
            inner = inner[name]
        inner[last] = form
        self.broke = f"{[*path, last]} is {str(form)[:20]}"
        return reply


@pytest.mark.parametrize("seed", seeds(24))
def test_a_reply_of_any_other_form_is_one_sentence(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 — a seed to replay
    deployment = Deployment(tmp_path)
    deployment.api.account.invoke = invoker(tmp_path)
    command = chance.choice(COMMANDS)
    if command != ("deploy",) or chance.random() < 0.5:
        deployment.deployed()
        deployment.package("second")
    calls = 60 if command == ("deploy",) else 20
    broken = Broken(chance, 1 + chance.randrange(calls))
    deployment.answers = Altered(deployment.api, broken)
    ended = deployment.run(*command)
    assert ended.status in {0, 1}, f"{command}: {broken.broke}: {ended.err}"
    assert ended.err.count("\n") <= (ended.status or 2), broken.broke
    if "UnreadableReply" in ended.err:
        assert "run the same command again" in ended.err


@pytest.mark.parametrize("levels", [1500, 100_000])
def test_a_reply_that_is_nested_deeply_is_one_sentence(deployment: Deployment, levels: int) -> None:
    deep = b'{"Response":{"AccountId":' + b"[" * levels + b"]" * levels + b"}}"
    deployment.answers = Altered(deployment.api, lambda _action, _reply: deep)
    ended = deployment.run("info")
    assert (ended.status, ended.err.count("\n")) == (1, 1)
    assert "UnreadableReply" in ended.err


def test_what_a_terminal_can_not_show_is_escaped(existing: Deployment) -> None:
    existing.function("sweep").configuration["Runtime"] = "Python\ud800"
    assert "Python\\ud800" in existing.deployed("info").out
