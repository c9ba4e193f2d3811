"""Carrying out a plan, step by step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from deploy.errors import NotDeployed, RequestFailed
from deploy.reading import Functions
from deploy.steps import NOT_YET, Step
from deploy.triggers import address_of

_NOT_READY = "FailedOperation.FunctionStatusError"


def carry_out(
    steps: Iterable[Step],
    functions: Functions,
    callback_name: str,
    done: Callable[[], None],
) -> None:
    """Make every step's request, and wait until its function is ready for the next.

    Args:
        steps: in their order.
        functions: of the region.
        callback_name: the function, in SCF, whose address stands for NOT_YET.
        done: called after each step.

    Raises:
        DeployError: a step failed; those before it are done, and a new plan has the rest.
    """
    for step in steps:
        parameters = step.parameters
        if _waits_for_address(parameters):
            parameters = _with_address(parameters, _address(functions, callback_name))
        _call(functions, step, parameters)
        if step.settles:
            functions.settle(step.name)
        done()


def _call(functions: Functions, step: Step, parameters: Mapping[str, object]) -> None:
    """Make a request; where the function isn't ready for it after all, once more when it is.

    No page says which changes leave a function Updating for a while beside those that settle.
    """
    try:
        functions.call(step.action, parameters)
    except RequestFailed as failure:
        if failure.code != _NOT_READY:
            raise
        functions.settle(step.name)
        functions.call(step.action, parameters)


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


def _address(functions: Functions, callback_name: str) -> str:
    address = address_of(functions.triggers(callback_name))
    if address is None:
        raise NotDeployed(f"the Function URL of {callback_name}")
    return address
