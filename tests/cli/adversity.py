"""What goes wrong between an operator and the cloud, for any command line.

A test of a command parametrises over `REFUSING` and holds the answer against `is_refusal`; a
healthy but empty bucket is `empty_bucket`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from coslocal.ci.faults import RequestFault
from coslocal.cos.errors import CosError
from coslocal.cos.requests import CosRequest
from tests.cli.operators import Answer, Operator
from tests.support.accounts import OwnedCloud, account
from tests.support.networks import cutting, nothing_listening, proxy_page, serving
from tests.support.tencent_api import Fail, Faults

CLOUD_REFUSED = 3
Adversity = Callable[[Operator], AbstractContextManager[None]]
"""Puts the operator where something is wrong, until the block is left."""


@contextmanager
def healthy(operator: Operator) -> Iterator[None]:
    """One card is done, and one waits for its job."""
    with account() as here:
        here.upload("uploads/a.jpg")
        here.put("uploads/b.jpg")
        operator.serves(here)
        yield


def _with(**changes: str) -> Adversity:
    """An account, and an operator with other settings."""

    @contextmanager
    def opened(operator: Operator) -> Iterator[None]:
        with account() as here:
            operator.serves(here, **changes)
            yield

    return opened


@contextmanager
def no_permission(operator: Operator) -> Iterator[None]:
    with account() as here:
        operator.serves(here)
        _forbid(here)
        yield


@contextmanager
def no_network(operator: Operator) -> Iterator[None]:
    with account() as here:
        operator.serves(here, LOCAL_CLOUD=nothing_listening())
    yield  # the cloud is out of the way: requests go to a socket


def _over_a_socket(change: Callable[..., Any]) -> Adversity:
    """An account with one card that is done, behind a network that is changed."""

    @contextmanager
    def opened(operator: Operator) -> Iterator[None]:
        with account() as here:
            here.upload("uploads/a.jpg")
            operator.serves(here)
            app = here.app
        with serving(change(app)) as url:
            operator.serves(here, LOCAL_CLOUD=url)
            yield

    return opened


empty_bucket = _with()

REFUSING: dict[str, Adversity] = {
    "a bucket that doesn't exist": _with(INPUT_BUCKET="absent-1250000000"),
    "an unknown API key": _with(TENCENTCLOUD_SECRET_ID="AKIDnobodyknowsthisone"),
    "a wrong API key": _with(TENCENTCLOUD_SECRET_KEY="aninventedkeythatiswrong"),
    "no permission": no_permission,
    "no network": no_network,
    "a network that dies in the middle of a reply": _over_a_socket(cutting),
    "a network that dies in the middle of a body": _over_a_socket(
        lambda app: cutting(app, lambda path: path.endswith(".json"))  # listings come whole
    ),
    "a captive portal": _over_a_socket(lambda _app: proxy_page),
}


def is_refusal(answer: Answer) -> bool:
    """Whether it is one sentence, and the exit status of a cloud that refused."""
    return (
        answer.status == CLOUD_REFUSED
        and answer.err.startswith("card-ocr: ")
        and answer.err.count("\n") == 1
        and "Traceback" not in answer.err
    )


def _forbid(here: OwnedCloud) -> None:
    def refuse(_request: CosRequest) -> CosError:
        return CosError("AccessDenied", "scripted")

    here.api.faults = Faults(dict.fromkeys(range(100), Fail("UnauthorizedOperation")))
    here.local.cos.before_effect = refuse
    here.local.runner.faults.requests += [
        RequestFault("AccessDenied", status=403, method=method, path=".*", times=10**6)
        for method in ("GET", "POST")
    ]
