"""What the operator's keys must be allowed is what the commands call for, both ways."""

from __future__ import annotations

from deploy.api.permissions import needed_by
from tests.cli.deployed import Deployment
from tests.cli.operators import Operator
from tests.support.accounts import OwnedCloud, account
from tests.support.clouds import BUCKET


def asked(there: OwnedCloud) -> set[str]:
    """The actions that the owner's keys asked for, of the API and of COS and CI."""
    api = {f"{call.service}:{call.action}" for call in there.api.calls}
    return api | {one.call.action for one in there.calls if one.role == "owner"}


def listen(there: OwnedCloud) -> None:
    """From now on: the owner's calls are recorded as if they were a role's."""
    there.api.calls.clear()
    there.calls.clear()
    there.local.access.assume("owner", there.local.uploader.secret_id)


def test_setup_asks_for_what_is_listed_and_nothing_else(operator: Operator) -> None:
    with account() as there:
        operator.serves(there)
        there.local.ci._queues.clear()  # noqa: SLF001 — CI has no call here that disables it
        there.local.ci._bound.clear()  # noqa: SLF001 — nor one that unbinds
        listen(there)
        operator.calls("setup", "--yes")
        there.local.ci.set_queue_state(there.local.ci.queue_of(BUCKET), "Paused")
        role = there.api.account.roles["card-ocr-prod-submit"].document
        role["PolicyDocument"] = role["PolicyDocument"].replace("scf.", "cvm.")
        operator.serves(there, OUTPUT_PREFIX="cards/")
        operator.calls("setup", "--yes")
        assert asked(there) == {row.request for row in needed_by("setup")}


def test_doctor_asks_for_what_is_listed_and_nothing_else(deployment: Deployment) -> None:
    listen(deployment.cloud)
    deployment.local.agenda.clear()
    # An upload whose result can't come: all that a longer wait would ask for is asked.
    deployment.doctor("--upload", "--yes", "--wait", "1")
    assert asked(deployment.cloud) == {row.request for row in needed_by("doctor")}


def test_alarms_ask_for_what_is_listed_and_nothing_else(deployment: Deployment) -> None:
    listen(deployment.cloud)
    for words in (["--yes"], ["--list"], ["--remove", "--yes"]):
        assert deployment.operator.calls("alarms", *words).status == 0
    assert asked(deployment.cloud) == {row.request for row in needed_by("alarms")}


def test_logs_asks_for_no_more_than_is_listed(deployment: Deployment) -> None:
    listen(deployment.cloud)
    assert deployment.operator.calls("logs").status == 0
    assert asked(deployment.cloud) < {row.request for row in needed_by("look")}
