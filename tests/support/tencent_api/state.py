"""What an account holds: everything the services of this stand-in remember."""

from __future__ import annotations

import base64
import itertools
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from coslocal.credentials import Credential
from tests.support.tencent_api.behaviour import Behaviour, Business, Lags

Document = dict[str, Any]


class Caller(NamedTuple):
    """Who sent a request, for which region."""

    region: str
    token: str | None


@dataclass
class StoredFunction:
    """A function. `configuration` has the fields of GetFunction, `zip_file` the upload.

    `busy` is how many GetFunction calls still show it Creating or Updating, `becomes` what it is
    afterwards, `business` what goes on unseen.
    """

    region: str
    configuration: Document
    zip_file: bytes
    status: str = "Creating"
    becomes: str = "Active"
    busy: int = 0
    triggers: list[Document] = field(default_factory=list)
    asynchronous: Document = field(default_factory=dict)
    reserved_memory: int | None = None
    logs: list[Document] = field(default_factory=list)
    business: Business = field(default_factory=Business)

    @property
    def name(self) -> str:
        """Its name in SCF."""
        return str(self.configuration["FunctionName"])

    @property
    def environment(self) -> dict[str, str]:
        """The variables it was deployed with."""
        variables = self.configuration["Environment"]["Variables"]
        return {variable["Key"]: variable["Value"] for variable in variables}


@dataclass
class Role:
    """A CAM role, with the ids of the policies attached to it."""

    document: Document
    policies: list[int] = field(default_factory=list)


Invoker = Callable[[StoredFunction, object], Document]
"""Runs a function on an event and returns SCF's Result."""


def _cannot_invoke(_function: StoredFunction, _event: object) -> Document:
    raise NotImplementedError("this test gave the stand-in no way to run functions")


def _cannot_be_taken_on(_role: str) -> Credential:
    raise NotImplementedError("this test gave the stand-in no way to make temporary keys")


@dataclass
class Account:
    """One account. `functions`, `roles` and `policies` have what is there, whatever is shown.

    What a test may change beforehand:

    behaviour: what the API does beside what its pages promise.
    clock: what `behaviour` takes the time from, in seconds.
    failures: how many of the next changes of a function come to nothing, after a while.
    busy_polls: how often a function is seen Creating or Updating after each change.
    bucket_exists: whether a bucket, <name>-<appid>, is there in a region.
    url_of: the address that a Function URL gets.
    invoke: what runs a function.
    new_credential: what makes temporary keys for a role.
    date: the time that everything happens at, as SCF writes it.
    """

    uin: str = "100000000001"
    behaviour: Behaviour = field(default_factory=Behaviour)
    clock: Callable[[], float] = time.monotonic
    failures: int = 0
    busy_polls: int = 2
    date: str = "2026-01-31 08:15:00"
    bucket_exists: Callable[[str, str], bool] = lambda _bucket, _region: True
    url_of: Callable[[StoredFunction], str] = lambda function: (
        f"https://1250000000-{function.name[-8:]}.{function.region}.tencentscf.com"
    )
    invoke: Invoker = _cannot_invoke
    new_credential: Callable[[str], Credential] = _cannot_be_taken_on
    functions: dict[tuple[str, str], StoredFunction] = field(default_factory=dict)
    roles: dict[str, Role] = field(default_factory=dict)
    policies: dict[int, Document] = field(default_factory=dict)
    console_roles: dict[str, Role] = field(default_factory=dict)
    alarms: list[Document] = field(default_factory=list)
    notices: list[Document] = field(default_factory=list)
    lags: Lags = field(default_factory=Lags)
    ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def next_id(self) -> int:
        """A number that nothing else has."""
        return next(self.ids)


def zip_of(code: Mapping[str, Any]) -> bytes:
    """The upload in a request's Code, or in the request itself."""
    return base64.b64decode(code["ZipFile"], validate=True)
