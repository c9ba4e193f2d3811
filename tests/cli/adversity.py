"""What goes wrong between an operator and the cloud, for any command line.

A test of a command parametrises over `REFUSING` and holds the answer against `is_refusal`; a
healthy but empty bucket is `empty_bucket`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

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
def empty_bucket(operator: Operator) -> Iterator[None]:
    with account() as here:
        operator.serves(here)
        yield


@contextmanager
def healthy(operator: Operator) -> Iterator[None]:
    """One card is done, and one waits for its job."""
    with account() as here:
        here.upload("uploads/a.jpg")
        here.put("uploads/b.jpg")
        operator.serves(here)
        yield


@contextmanager
def no_bucket(operator: Operator) -> Iterator[None]:
    with account() as here:
        operator.serves(here, INPUT_BUCKET="absent-1250000000")
        yield


@contextmanager
def unknown_key(operator: Operator) -> Iterator[None]:
    with account() as here:
        operator.serves(here, TENCENTCLOUD_SECRET_ID="AKIDnobodyknowsthisone")
        yield


@contextmanager
def wrong_key(operator: Operator) -> Iterator[None]:
    with account() as here:
        operator.serves(here, TENCENTCLOUD_SECRET_KEY="aninventedkeythatiswrong")
        yield


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


@contextmanager
def network_that_dies(operator: Operator) -> Iterator[None]:
    with _over_a_socket(operator, cutting):
        yield


@contextmanager
def network_that_dies_at_an_object(operator: Operator) -> Iterator[None]:
    """Listings come whole, bodies don't."""
    with _over_a_socket(operator, lambda app: cutting(app, lambda path: path.endswith(".json"))):
        yield


@contextmanager
def captive_portal(operator: Operator) -> Iterator[None]:
    with _over_a_socket(operator, lambda _app: proxy_page):
        yield


REFUSING: dict[str, Adversity] = {
    "a bucket that doesn't exist": no_bucket,
    "an unknown API key": unknown_key,
    "a wrong API key": wrong_key,
    "no permission": no_permission,
    "no network": no_network,
    "a network that dies in the middle of a reply": network_that_dies,
    "a network that dies in the middle of a body": network_that_dies_at_an_object,
    "a captive portal": captive_portal,
}


def is_refusal(answer: Answer) -> bool:
    """Whether it is one sentence, and the exit status of a cloud that refused."""
    return (
        answer.status == CLOUD_REFUSED
        and answer.err.startswith("card-ocr: ")
        and answer.err.count("\n") == 1
        and "Traceback" not in answer.err
    )


@contextmanager
def _over_a_socket(operator: Operator, change: Callable[..., object]) -> Iterator[None]:
    """An account with one card that is done, behind a network that is changed."""
    with account() as here:
        here.upload("uploads/a.jpg")
        operator.serves(here)
        app = here.app
    with serving(change(app)) as url:  # type: ignore[arg-type]
        operator.serves(here, LOCAL_CLOUD=url)
        yield


def _forbid(here: OwnedCloud) -> None:
    def refuse(_request: CosRequest) -> CosError:
        return CosError("AccessDenied", "scripted")

    here.api.faults = Faults(dict.fromkeys(range(100), Fail("UnauthorizedOperation")))
    here.local.cos.before_effect = refuse
    here.local.runner.faults.requests += [
        RequestFault("AccessDenied", status=403, method=method, path=".*", times=10**6)
        for method in ("GET", "POST")
    ]
