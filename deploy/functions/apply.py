"""Apply a plan, step by step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from deploy.errors import NotDeployed, RequestFailed
from deploy.functions.scf import Scf
from deploy.functions.steps import NOT_YET, Step
from deploy.functions.triggers import address_of

_NOT_READY = "FailedOperation.FunctionStatusError"


def apply(
    steps: Iterable[Step],
    scf: Scf,
    callback_name: str,
    done: Callable[[], None],
) -> None:
    """Make every step's request, and wait until its function is ready for the next.

    Args:
        steps: in their order.
        scf: the region's.
        callback_name: the function, in SCF, whose address stands for NOT_YET.
        done: called after each step.

    Raises:
        DeployError: a step failed; those before it are done, and a new plan has the rest.
    """
    for step in steps:
        parameters = step.parameters
        if _waits_for_address(parameters):
            parameters = _with_address(parameters, _address(scf, callback_name))
        _call(scf, step, parameters)
        if step.settles:
            scf.settle(step.name)
        done()


def _call(scf: Scf, step: Step, parameters: Mapping[str, object]) -> None:
    """Make a request; where the function isn't ready for it after all, once more when it is.

    No page says which changes leave a function Updating for a while beside those that settle.
    """
    try:
        scf.call(step.action, parameters)
    except RequestFailed as failure:
        if failure.code != _NOT_READY:
            raise
        scf.settle(step.name)
        scf.call(step.action, parameters)


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


def _address(scf: Scf, callback_name: str) -> str:
    address = address_of(scf.triggers(callback_name))
    if address is None:
        raise NotDeployed(f"the Function URL of {callback_name}")
    return address
