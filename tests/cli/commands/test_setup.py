from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from coslocal.ci.faults import RequestFault
from deploy.api.ci import Ci
from deploy.roles.grants import GRANTS
from deploy.roles.wanted import MARK, says_the_same
from tests.cli.deployed import as_printed
from tests.cli.operators import Operator
from tests.support.accounts import OwnedCloud, account
from tests.support.clouds import BUCKET, policies
from tests.support.deployments import VirtualClock
from tests.support.serverless_yml import document
from tests.support.tencent_api import Break, Faults
from tests.support.tencent_api.behaviour import CONSOLE_ROLES, Behaviour

ROLES = [f"card-ocr-prod-{function}" for function in GRANTS]


@pytest.fixture
def owned(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> Iterator[OwnedCloud]:
    monkeypatch.setattr("cli.commands.setup.time", VirtualClock())
    with account() as there:
        operator.serves(there)
        yield there


@pytest.fixture
def made(operator: Operator, owned: OwnedCloud) -> OwnedCloud:
    """An account that is set up."""
    assert operator.calls("setup", "--yes").status == 0
    return owned


def documents(there: OwnedCloud) -> dict[str, str]:
    return {
        policy["PolicyName"]: policy["PolicyDocument"]
        for policy in there.api.account.policies.values()
    }


def test_setup_makes_the_roles_that_the_functions_run_in(
    operator: Operator, owned: OwnedCloud
) -> None:
    answer = operator.calls("setup", "--yes")
    assert answer.status == 0, answer.err
    assert set(owned.api.account.roles) == set(ROLES)
    for function, policy in policies({}).items():
        assert says_the_same(json.loads(documents(owned)[f"card-ocr-prod-{function}"]), policy)
    for name, role in owned.api.account.roles.items():
        attached = [owned.api.account.policies[one]["PolicyName"] for one in role.policies]
        assert attached == [name]
        assert "scf.qcloud.com" in role.document["PolicyDocument"]


def test_a_second_setup_changes_nothing(operator: Operator, made: OwnedCloud) -> None:
    before = made.api.actions(changes=True)
    answer = operator.calls("setup", "--yes")
    assert (answer.status, answer.out.splitlines()[1:]) == (
        0,
        ["Nothing to do: the roles and CI are as they should be."],
    )
    assert made.api.actions(changes=True) == before


@pytest.mark.parametrize("role", sorted(CONSOLE_ROLES))
def test_a_role_that_only_a_console_makes_is_named_and_the_rest_is_done(
    operator: Operator, owned: OwnedCloud, role: str
) -> None:
    owned.api.account.behaviour.console_roles.discard(role)
    answer = operator.calls("setup", "--yes")
    assert answer.status == 1
    *_, last = answer.out.splitlines()
    assert last.startswith(f"the role {role} does not exist in this account, and ")
    assert "open https://console.cloud.tencent.com/" in last
    assert {*ROLES} <= set(owned.api.account.roles)
    # And once the console has made it, the same command finds nothing to do
    owned.api.account.behaviour.console_roles.add(role)
    answer = operator.calls("setup", "--yes")
    assert (answer.status, answer.out.count("Nothing to do")) == (0, 1)


@pytest.mark.parametrize("manners", [{"cam_lag": 5}, {"empty_lists": "null"}, {"nullable": "null"}])
def test_setup_survives_what_cam_is_known_to_do(
    operator: Operator, owned: OwnedCloud, manners: dict[str, Any]
) -> None:
    owned.api.account.behaviour = Behaviour(**manners)
    assert operator.calls("setup", "--yes").status == 0
    assert "Nothing to do" in operator.calls("setup", "--yes").out


def test_setup_ends_in_one_sentence_if_cam_never_shows_what_was_done(
    operator: Operator, owned: OwnedCloud
) -> None:
    owned.api.account.behaviour = Behaviour(cam_lag=10**6)
    answer = operator.calls("setup", "--yes")
    assert "CAM and CI do not show every change yet after 60 s; run the same" in answer.err


def test_setup_waits_for_a_queue_that_comes_late(
    operator: Operator, owned: OwnedCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    queues, looks = Ci.queues, iter(range(10))
    monkeypatch.setattr(Ci, "queues", lambda ci: queues(ci) if next(looks) > 2 else [])
    owned.local.ci._queues.clear()  # noqa: SLF001 — CI has no call here that disables it
    answer = operator.calls("setup", "--yes")
    assert (answer.status, answer.out.splitlines()[-1]) == (0, "Done.")


@pytest.mark.parametrize("form", ["json", "xml"])
def test_a_binding_is_read_in_both_forms(operator: Operator, owned: OwnedCloud, form: str) -> None:
    owned.local.ci.binding_format = form  # type: ignore[assignment]  # one of the two
    operator.calls("setup", "--yes")
    assert "Nothing to do" in operator.calls("setup", "--yes").out


def test_a_dry_run_or_a_no_says_all_of_it_and_changes_nothing(
    operator: Operator, owned: OwnedCloud
) -> None:
    for answer in (operator.calls("setup", "--dry-run"), operator.answers("n\n", "setup")):
        assert answer.status == 0
        assert len(answer.out.splitlines()) == 1 + 9
    assert owned.api.actions(changes=True) == []


def test_a_policy_that_differs_is_changed_and_what_it_loses_is_said(
    operator: Operator, made: OwnedCloud
) -> None:
    before = len(made.api.actions(changes=True))
    operator.serves(made, OUTPUT_PREFIX="cards/")
    answer = operator.calls("setup", "--yes")
    assert "change the policy card-ocr-prod-submit" in answer.out
    lost = f"qcs::cos:ap-guangzhou:uid/1250000000:{BUCKET}/ocr/pending/*"
    assert f"it no longer allows anything on {lost}" in answer.out
    assert made.api.actions(changes=True)[before:] == ["UpdatePolicy"] * 3
    assert all("/cards/" in document for document in documents(made).values())


def let_others_assume(there: OwnedCloud) -> None:
    role = there.api.account.roles["card-ocr-prod-sweep"].document
    role["PolicyDocument"] = role["PolicyDocument"].replace("scf.qcloud.com", "cvm.qcloud.com")


def unbind(there: OwnedCloud) -> None:
    there.local.ci._queues.clear()  # noqa: SLF001 — CI has no call here that disables it
    there.local.ci._bound.clear()  # noqa: SLF001 — nor one that unbinds


@pytest.mark.parametrize(
    ("breaks", "says"),
    [
        (let_others_assume, "let only SCF assume the role card-ocr-prod-sweep"),
        (
            lambda there: there.api.account.roles["card-ocr-prod-callback"].policies.clear(),
            "attach the policy card-ocr-prod-callback",
        ),
        (unbind, "bind the bucket to CI\nenable AI recognition"),
        (
            lambda there: there.local.ci.set_queue_state(there.local.ci.queue_of(BUCKET), "Paused"),
            "activate the queue p",
        ),
    ],
)
def test_what_is_wrong_is_put_right(
    operator: Operator, made: OwnedCloud, breaks: Callable[[OwnedCloud], None], says: str
) -> None:
    notified = made.local.ci.queue_of(BUCKET).callback
    before = {name: role.document.copy() for name, role in made.api.account.roles.items()}
    breaks(made)
    assert says in operator.calls("setup", "--yes").out
    assert {name: role.document for name, role in made.api.account.roles.items()} == before
    queue = made.local.ci.queue_of(BUCKET)
    assert (queue.state, queue.callback) == ("Active", notified)
    assert "Nothing to do" in operator.calls("setup").out


@pytest.mark.parametrize("what", ["role", "policy"])
def test_what_somebody_else_made_is_left_alone(
    operator: Operator, made: OwnedCloud, what: str
) -> None:
    if what == "role":
        found = made.api.account.roles["card-ocr-prod-submit"].document
    else:
        policies_ = made.api.account.policies.values()
        found = next(one for one in policies_ if one["PolicyName"] == "card-ocr-prod-submit")
    found["Description"] = "somebody else's"
    found["PolicyDocument"] = '{"version":"2.0","statement":[]}'
    before = made.api.actions(changes=True)
    answer = operator.calls("setup", "--yes")
    assert answer.status == 3
    assert f"the {what} card-ocr-prod-submit was not made by card-ocr setup" in answer.err
    assert "give the role another name in serverless.yml" in answer.err
    assert made.api.actions(changes=True) == before


def test_what_an_administrator_made_as_printed_needs_nothing(
    operator: Operator, made: OwnedCloud
) -> None:
    for role in made.api.account.roles.values():
        role.document["Description"] = ""
    for policy in made.api.account.policies.values():
        policy["Description"] = ""
    assert "Nothing to do" in operator.calls("setup").out


def test_a_setup_that_was_interrupted_is_completed_by_the_next(
    operator: Operator, owned: OwnedCloud
) -> None:
    there = len(operator.calls("setup", "--dry-run").out) and len(owned.api.calls)
    # Given a connection that dies in the middle, once before and once after the effect
    owned.api.faults = Faults({there + 10: Break(), there + 22: Break(after_effect=True)})
    statuses = [operator.calls("setup", "--yes").status for _ in range(3)]
    assert statuses == [3, 3, 0]
    assert "Nothing to do" in operator.calls("setup").out


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ({"INPUT_PREFIX": "up*/", "CARD_TYPE_RULES": ""}, "INPUT_PREFIX: is 'up*/'; choose one"),
        ({"QUEUE_ID": "p0"}, "QUEUE_ID: CI has no queue p0: correct QUEUE_ID\n"),
    ],
)
def test_a_setting_that_does_not_fit_is_one_sentence_and_changes_nothing(
    operator: Operator, owned: OwnedCloud, setting: dict[str, str], sentence: str
) -> None:
    operator.serves(owned, **setting)
    answer = operator.calls("setup", "--yes")
    assert (answer.status, answer.err.count("\n"), owned.api.actions(changes=True)) == (2, 1, [])
    assert answer.err.startswith(f"card-ocr: {sentence}")


def test_what_is_printed_is_for_the_account_of_the_keys_unless_another_is_named(
    operator: Operator, owned: OwnedCloud
) -> None:
    answer = operator.calls("setup", "--print")
    assert f"uin/{owned.api.account.uin}:roleName/CI_QCSRole" in answer.out
    assert owned.api.actions(changes=True) == []


def test_printing_for_an_account_needs_no_keys_and_sends_nothing(
    operator: Operator, owned: OwnedCloud
) -> None:
    operator.serves(owned, TENCENTCLOUD_SECRET_ID="", TENCENTCLOUD_SECRET_KEY="")
    answer = operator.calls("setup", "--print", "--account", "100000000009")
    assert answer.status == 0, answer.err
    assert answer.out.count("tccli cam CreateRole --RoleName card-ocr-") == 3
    assert "uin/100000000009:roleName/CI_QCSRole" in answer.out
    assert MARK in answer.out
    assert owned.api.calls == []


def test_the_roles_of_a_stage_are_named_after_it(operator: Operator, made: OwnedCloud) -> None:
    operator.calls("setup", "--yes", "--stage", "staging")
    assert {"card-ocr-prod-submit", "card-ocr-staging-submit"} <= set(made.api.account.roles)


def test_the_roles_are_named_as_in_serverless_yml(
    operator: Operator, owned: OwnedCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed = as_printed(json.loads(document({"functions.submit.role": "cards-submit"})))
    monkeypatch.setattr("cli.connect.service.printed", lambda _environ, _stage: printed)
    operator.calls("setup", "--yes")
    assert "cards-submit" in owned.api.account.roles


@pytest.mark.usefixtures("without_node")
def test_before_node_is_there_the_roles_are_named_after_the_stage_all_the_same(
    operator: Operator, owned: OwnedCloud
) -> None:
    answer = operator.calls("setup", "--yes", "--stage", "staging")
    assert "serverless.yml can't be read before `npm ci`" in answer.err
    assert set(owned.api.account.roles) == {f"card-ocr-staging-{one}" for one in GRANTS}


def test_ci_that_refuses_is_one_sentence(operator: Operator, owned: OwnedCloud) -> None:
    fault = RequestFault("AccessDenied", method="GET", path="/", times=9)
    owned.local.runner.faults.requests.append(fault)
    answer = operator.calls("setup", "--yes")
    assert answer.status == 3
    assert answer.err == (
        "card-ocr: GET of the binding to CI failed: AccessDenied; this API key has no permission "
        "for it\n"
    )
