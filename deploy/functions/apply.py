"""Apply a plan step by step: wait until a function is ready, make the request, await its effect."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from deploy.api.reply import Reply
from deploy.api.waiting import wait
from deploy.errors import AGAIN, AccountUnfit, NotInTime, RequestFailed
from deploy.functions.scf import Scf
from deploy.functions.steps import NOT_YET, Step
from deploy.functions.triggers import URL, is_listed, read_trigger

_BUSY = {
    *("FunctionNameStatusError", "FunctionStatusError", "FunctionVersionStatusNotActive"),
    *("FunctionStatus", "OperationConflict"),
    *("CreateTrigger", "UpdateTrigger", "DeleteTrigger"),
    *("UpdateFunctionCode", "UpdateFunctionConfiguration", "DeleteFunction"),
}
"""The Codes' ends. FunctionStatus is behind UnauthorizedOperation, the others FailedOperation."""


def is_busy(code: str) -> bool:
    """Return whether a refusal may mean that the function is busy (当前函数状态无法进行此操作).

    SCF may also say so with a bare FailedOperation, or with a Code that ends in InProgress. If such
    a Code means something else, the error at the end of the wait shows it.
    """
    family, _, end = code.partition(".")
    if family == "UnauthorizedOperation":
        return end == "FunctionStatus"
    if family not in {"FailedOperation", "OperationConflict"}:
        return False
    return not end or end in _BUSY or end.endswith("InProgress")


def apply(
    steps: Iterable[Step],
    scf: Scf,
    callback_name: str,
    done: Callable[[Step], None],
) -> None:
    """Make the request of every step.

    Args:
        steps: the steps, in their order.
        scf: SCF of the region.
        callback_name: the callback function's name in SCF; its address replaces NOT_YET.
        done: called after each step.

    Raises:
        DeployError: a step failed. The steps before it are done; a new plan has the rest.
    """
    address: str | None = None
    for step in steps:
        parameters = step.parameters
        variables = _variables(parameters)
        if any(variable["Value"] == NOT_YET for variable in variables):
            address = address or scf.address(callback_name)
            known = [
                {**variable, "Value": address} if variable["Value"] == NOT_YET else variable
                for variable in variables
            ]
            parameters = {**parameters, "Environment": {"Variables": known}}
        reply = _carried_out(scf, step, parameters)
        if reply is not None and step.rule is not None and step.rule.type == URL:
            address = read_trigger(reply.part("TriggerInfo")).url
        _see_done(scf, step)
        done(step)


def _carried_out(scf: Scf, step: Step, parameters: Mapping[str, object]) -> Reply | None:
    """Make a request when the function is ready. Return None if there is nothing left to delete.

    No page says which changes leave a function busy, nor for how long after it is Active. So this
    repeats a request that a busy function refused. That is safe, since a refusal changed nothing.
    """
    if step.action != "CreateFunction":
        seen = scf.ready(step.name)
        is_deletion = step.action.startswith("Delete")
        if seen.state == "absent" and is_deletion:
            return None
        if seen.state == "suspended" and not is_deletion:
            raise AccountUnfit(
                f"SCF has suspended {step.name}, since the account's balance is too low: top it up "
                f"in the console, then {AGAIN}"
            )
    refusal = ""

    def attempt() -> Reply | None:
        nonlocal refusal
        try:
            return scf.call(step.action, parameters)
        except RequestFailed as failure:
            if step.rule is not None and failure.code in _THERE_ALREADY:
                return _created_before(scf, step, failure)
            if not is_busy(failure.code):
                raise
            refusal = failure.told
        if step.action not in _MENDING and scf.look(step.name).state == "failed":
            scf.settle(step.name)
        return None

    return wait(
        scf.clock, attempt, lambda: f"{step.name} still refuses scf:{step.action} with {refusal}"
    )


_MENDING = {"DeleteFunction", "DeleteTrigger", "UpdateFunctionCode", "UpdateFunctionConfiguration"}
"""The actions that SCF allows on a function whose last change failed."""


_THERE_ALREADY = {
    "InvalidParameterValue.CosNotifyRuleConflict",
    "LimitExceeded.Trigger",
    "ResourceInUse.Cos",
    "ResourceInUse.Trigger",
    "ResourceInUse.TriggerName",
}
_LISTED_WITHIN_SECONDS = 15


def _created_before(scf: Scf, step: Step, refused: RequestFailed) -> Reply:
    """Check that a refused trigger is there already: an earlier run made it, but lost the reply.

    Raises:
        RequestFailed: it isn't there, so the refusal means another trigger.
    """
    rule = step.rule
    try:
        wait(
            scf.clock,
            lambda: any(rule and one.does(rule) for one in scf.triggers(step.name)) or None,
            lambda: step.title,
            _LISTED_WITHIN_SECONDS,
        )
    except NotInTime:
        raise refused from None
    return Reply(f"scf:{step.action}", {})


def _see_done(scf: Scf, step: Step) -> None:
    """Wait until SCF shows what a step did, so that a new plan doesn't repeat the step."""
    if step.action == "DeleteFunction":
        scf.gone(step.name)
    elif step.changes:
        scf.settle(step.name, created=step.action == "CreateFunction")
    elif step.rule is not None or step.trigger is not None:
        wait(
            scf.clock,
            lambda: _is_shown(scf, step) or None,
            lambda: f"SCF still doesn't show on {step.name} that it did `{step.title}`",
        )


def _is_shown(scf: Scf, step: Step) -> bool:
    """Return whether ListTriggers shows what a step did."""
    triggers = list(scf.triggers(step.name))
    if step.rule is not None:
        return is_listed(step.rule, triggers)
    gone = step.trigger
    return gone is None or (gone.rule, gone.qualifier) not in (
        (one.rule, one.qualifier) for one in triggers
    )


def _variables(parameters: Mapping[str, object]) -> list[dict[str, str]]:
    environment = parameters.get("Environment")
    variables: list[dict[str, str]] = (
        environment["Variables"] if isinstance(environment, Mapping) else []
    )
    return variables
