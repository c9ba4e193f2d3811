"""Reads what SCF has, and waits until SCF shows a change."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Literal, NamedTuple

from deploy.api.client import Api
from deploy.api.reply import Reply, entries
from deploy.api.waiting import Clock, wait
from deploy.errors import AGAIN, FunctionFailed, NotDeployed, RequestFailed
from deploy.functions.model import Asynchronous, Configuration, Found
from deploy.functions.ownership import code_in, is_ours
from deploy.functions.triggers import FoundTrigger, Rule, address_of, read_trigger

_PAGE = 20
_ABSENT = {
    "ResourceNotFound.Function",
    "ResourceNotFound.FunctionName",
    "InvalidParameterValue.FunctionName",
    "ResourceNotFound.Namespace",
}
"""The Codes for a function that isn't there; Terraform's provider reads the same ones so."""
_NO_MONEY = "InsufficientBalance"  # the only other documented AvailableStatus (583/47175)
_LEAVING = "ResourceNotFound.Version"  # GetFunction says it while SCF deletes a function

State = Literal["absent", "leaving", "busy", "failed", "suspended", "ready"]
_STATES: Mapping[str, State] = {
    "Creating": "busy",
    "Updating": "busy",
    "Publishing": "busy",
    "Deleting": "leaving",
}
"""The state for each Status that is not ready or failed (583/47175)."""


class Listed(NamedTuple):
    """A function of a listing, and whether it is ours, of any service and stage."""

    name: str
    ours: bool


class Look(NamedTuple):
    """GetFunction's reply: the function's state, the same in SCF's words, and the whole reply."""

    state: State
    words: str
    shown: Reply


class Scf(NamedTuple):
    """SCF of one region. Every method raises RequestFailed if SCF couldn't be asked."""

    api: Api
    clock: Clock

    def call(self, action: str, parameters: Mapping[str, object]) -> Reply:
        """Carry out an action of SCF; see `Api`."""
        return self.api.call("scf", action, parameters)

    def look(self, name: str) -> Look:
        """Return the function's present state."""
        try:
            shown = self.call("GetFunction", {"FunctionName": name, "ShowCode": "FALSE"})
        except RequestFailed as failure:
            if failure.code in _ABSENT:
                return _UNSEEN
            if failure.code == _LEAVING:
                return Look("leaving", "Deleting", _NOTHING)
            raise
        status, available = shown.text("Status"), shown.text("AvailableStatus")
        if status.endswith("Failed"):
            return Look("failed", status, shown)
        if status == "Active" and available not in {"", "Available"}:
            state: State = "suspended" if available == _NO_MONEY else "busy"
            return Look(state, f"{status} and {available}", shown)
        return Look(_STATES.get(status, "ready"), status, shown)

    def find(
        self, name: str, created: Collection[Rule] = (), *, settled: bool = True
    ) -> Found | None:
        """Return a function with its settings and triggers. Return None if it is absent.

        Args:
            name: its name in SCF.
            created: the triggers that this service creates for it.
            settled: wait until SCF is at rest with it; else read it as it is.

        Raises:
            NotInTime: SCF is still busy with it.
        """
        seen = self.ready(name) if settled else self.look(name)
        if seen.state == "absent" or seen.shown is _NOTHING:
            return None
        return self._read(name, seen, created)

    def listed(self) -> Iterator[Listed]:
        """Yield every function in the region's default namespace."""
        for shown in self._entries("ListFunctions", "Functions", {}):
            code = code_in(shown.text("Description"))
            yield Listed(shown.text("FunctionName"), code is not None)

    def triggers(self, name: str) -> Iterator[FoundTrigger]:
        """Yield every trigger of a function, ours or not."""
        named = {"FunctionName": name}
        yield from map(read_trigger, self._entries("ListTriggers", "Triggers", named))

    def settle(self, name: str, *, created: bool = False) -> None:
        """Wait until a function that was just changed can be changed again.

        Args:
            name: its name in SCF.
            created: it was just created, so if it is absent, wait for it.

        Raises:
            FunctionFailed: SCF couldn't change it.
            NotDeployed: it isn't there.
            NotInTime: it stays busy.
        """
        seen = self.ready(name, created=created)
        if seen.state == "failed":
            reason = _reason(seen.shown)
            told = f": {reason}" if reason else ""
            raise FunctionFailed(f"{name} is {seen.words}{told}; {AGAIN}")
        if seen.state == "absent":
            raise NotDeployed(name)

    def ready(self, name: str, *, created: bool = False) -> Look:
        """Wait until SCF isn't busy with a function. It may have failed, or be absent."""
        passing = {"busy", "absent"} if created else {"busy"}
        return self._wait(name, lambda look: look.state not in passing)

    def gone(self, name: str) -> None:
        """Wait until a function that was deleted is absent."""
        self._wait(name, lambda look: look.state == "absent")

    def address(self, name: str) -> str:
        """Wait until a function's address is known, and return it."""
        return wait(
            self.clock,
            lambda: address_of(self.triggers(name)),
            lambda: f"SCF still shows no address of the Function URL of {name}",
        )

    def _wait(self, name: str, fits: Callable[[Look], bool]) -> Look:
        """Wait until a function's state fits. While SCF deletes it, no state fits."""
        seen = _UNSEEN

        def look() -> Look | None:
            nonlocal seen
            seen = self.look(name)
            return seen if seen.state != "leaving" and fits(seen) else None

        return wait(self.clock, look, lambda: f"SCF still shows {name} as {seen.words}")

    def _read(self, name: str, seen: Look, created: Collection[Rule]) -> Found:
        named, shown = {"FunctionName": name}, seen.shown
        configuration = _configuration(shown)
        reserved = self.call("GetReservedConcurrencyConfig", named)
        triggers = list(self.triggers(name))
        return Found(
            name=name,
            status=seen.words,
            reason=_reason(shown),
            runtime=shown.text("Runtime"),
            modified=shown.text("ModTime"),
            code_sha256=code_in(shown.text("Description")),
            configuration=configuration,
            asynchronous=_asynchronous(self.call("GetFunctionEventInvokeConfig", named)),
            concurrency=reserved.number("ReservedMem") or None,
            tags=shown.pairs("Tags"),
            triggers=tuple(
                one._replace(ours=is_ours(one, triggers, created, configuration.environment))
                for one in triggers
            ),
        )

    def _entries(
        self, action: str, field: str, parameters: Mapping[str, object]
    ) -> Iterator[Reply]:
        return entries(
            lambda seen: self.call(action, {**parameters, "Offset": seen, "Limit": _PAGE}),
            field,
            "TotalCount",
            _PAGE,
        )


_NOTHING = Reply("scf:GetFunction", {})
_UNSEEN = Look("absent", "absent", _NOTHING)


def _configuration(shown: Reply) -> Configuration:
    queue = shown.part("DeadLetterConfig")
    return Configuration(
        memory_size=shown.required("MemorySize"),
        timeout=shown.required("Timeout"),
        role=shown.text("Role"),
        logs=(shown.text("ClsLogsetId"), shown.text("ClsTopicId")),
        dead_letter_queue=(queue.text("Type"), queue.text("Name")),
        environment=shown.part("Environment").pairs("Variables"),
    )


def _asynchronous(reply: Reply) -> Asynchronous | None:
    """Return how SCF repeats events. Of its entries, one an ErrorCode, we set the default's."""
    settings = reply.part("AsyncTriggerConfig")
    retries, age = settings.parts("RetryConfig"), settings.number("MsgTTL")
    ours = next((one for one in retries if one.text("ErrorCode") in {"", "default"}), None)
    if ours is None or age is None:
        return None
    return Asynchronous(ours.number("RetryNum") or 0, age)


def _reason(shown: Reply) -> str:
    """Return why a change failed, in SCF's words."""
    reasons = [reason.text("ErrorMessage") for reason in shown.parts("StatusReasons")]
    return " ".join(filter(None, reasons)) or shown.text("StatusDesc")
