"""Apply a plan, step by step: wait until its function is ready, make the request, see it done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from deploy.api.reply import Reply
from deploy.api.waiting import wait
from deploy.errors import AccountSuspended, NotInTime, RequestFailed
from deploy.functions.scf import Scf
from deploy.functions.steps import NOT_YET, Step
from deploy.functions.triggers import URL, is_listed, read_trigger

_BUSY = {
    *("FunctionNameStatusError", "FunctionStatusError", "FunctionVersionStatusNotActive"),
    *("FunctionStatus", "OperationConflict"),
    *("CreateTrigger", "UpdateTrigger", "DeleteTrigger"),
    *("UpdateFunctionCode", "UpdateFunctionConfiguration", "DeleteFunction"),
}
"""The ends of the Codes, all of FailedOperation but for UnauthorizedOperation.FunctionStatus."""


def is_busy(code: str) -> bool:
    """Whether a refusal may mean that the function is busy (当前函数状态无法进行此操作).

    SCF also answers so with FailedOperation alone, and with whatever is InProgress. If such a Code
    means something else, the sentence at the end of the wait tells it.
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
    """Make every step's request.

    Args:
        steps: in their order.
        scf: the region's.
        callback_name: the function, in SCF, whose address stands for NOT_YET.
        done: called after each step.

    Raises:
        DeployError: a step failed; those before it are done, and a new plan has the rest.
    """
    address: str | None = None
    for step in steps:
        parameters = step.parameters
        if _waits_for_address(parameters):
            address = address or scf.address(callback_name)
            parameters = _with_address(parameters, address)
        reply = _carried_out(scf, step, parameters)
        if reply is not None and step.rule is not None and step.rule.type == URL:
            address = read_trigger(reply.part("TriggerInfo")).url
        _see_done(scf, step)
        done(step)


def _carried_out(scf: Scf, step: Step, parameters: Mapping[str, object]) -> Reply | None:
    """Make a request once the function is ready; None if there is nothing left to delete.

    No page says which changes leave a function busy, nor for how long after it is Active. So a
    refusal of a busy function is repeated, which is safe: it changed nothing.
    """
    if step.action != "CreateFunction":
        seen = scf.ready(step.name)
        is_deletion = step.action.startswith("Delete")
        if seen.state == "absent" and is_deletion:
            return None
        if seen.state == "suspended" and not is_deletion:
            raise AccountSuspended(step.name)
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
"""What may be done to a function whose last change failed."""


_THERE_ALREADY = {
    "InvalidParameterValue.CosNotifyRuleConflict",
    "LimitExceeded.Trigger",
    "ResourceInUse.Cos",
    "ResourceInUse.Trigger",
    "ResourceInUse.TriggerName",
}
_LISTED_WITHIN_SECONDS = 15


def _created_before(scf: Scf, step: Step, refused: RequestFailed) -> Reply:
    """Find out whether a refused trigger is there, from a run whose reply was lost.

    Raises:
        RequestFailed: it isn't, so the refusal means another trigger.
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
    """Wait until SCF shows what a step did: a plan made right after it must not do it again."""
    if step.action == "DeleteFunction":
        scf.gone(step.name)
    elif step.changes:
        scf.settle(step.name, created=step.action == "CreateFunction")
    elif step.rule is not None or step.trigger is not None:
        wait(
            scf.clock,
            lambda: _is_shown(scf, step) or None,
            lambda: f"SCF does not show yet what `{step.title}` did to {step.name}",
        )


def _is_shown(scf: Scf, step: Step) -> bool:
    """Whether ListTriggers shows what a step did."""
    triggers = list(scf.triggers(step.name))
    if step.rule is not None:
        return is_listed(step.rule, triggers)
    gone = step.trigger
    return gone is None or (gone.rule, gone.qualifier) not in (
        (one.rule, one.qualifier) for one in triggers
    )


def _waits_for_address(parameters: Mapping[str, object]) -> bool:
    return any(variable["Value"] == NOT_YET for variable in _variables(parameters))


def _with_address(parameters: Mapping[str, object], address: str) -> Mapping[str, object]:
    variables = [
        {**variable, "Value": address} if variable["Value"] == NOT_YET else variable
        for variable in _variables(parameters)
    ]
    return {**parameters, "Environment": {"Variables": variables}}


def _variables(parameters: Mapping[str, object]) -> list[dict[str, str]]:
    environment = parameters.get("Environment")
    variables: list[dict[str, str]] = (
        environment["Variables"] if isinstance(environment, Mapping) else []
    )
    return variables
