"""What SCF has, read through the API; a function that is being changed is waited for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from deploy.api.client import Api, Reply
from deploy.errors import FunctionFailed, RequestFailed, StillBusy
from deploy.functions.model import Asynchronous, Configuration, Found
from deploy.functions.ownership import code_in
from deploy.functions.triggers import FoundTrigger, read_trigger

POLL_SECONDS = 2.0
MAX_POLLS = 90
_PAGE = 20
_TRANSIENT = {"Creating", "Updating", "Publishing", "Deleting"}
_ABSENT = {"ResourceNotFound.Function", "ResourceNotFound.FunctionName"}


class Listed(NamedTuple):
    """A function of a listing, and whether it is ours, of whatever service and stage."""

    name: str
    ours: bool


class Scf(NamedTuple):
    """SCF of one region. `sleep` takes seconds."""

    api: Api
    sleep: Callable[[float], object]

    def call(self, action: str, parameters: Mapping[str, object]) -> Reply:
        """Carry out an action of SCF; see `Api`."""
        return self.api.call("scf", action, parameters)

    def find(self, name: str) -> Found | None:
        """A function with all that belongs to it, once nothing is going on; None if it is absent.

        Raises:
            StillBusy: it stays Creating or Updating.
            RequestFailed: SCF couldn't be asked.
        """
        shown = self._settled(name)
        if shown is None:
            return None
        named = {"FunctionName": name}
        return Found(
            name=name,
            status=str(shown["Status"]),
            reason=_reason(shown),
            runtime=str(shown["Runtime"]),
            modified=str(shown.get("ModTime") or ""),
            code_sha256=code_in(str(shown.get("Description") or "")),
            configuration=_configuration(shown),
            asynchronous=_asynchronous(self.call("GetFunctionEventInvokeConfig", named)),
            concurrency=self.call("GetReservedConcurrencyConfig", named).get("ReservedMem") or None,
            tags={tag["Key"]: tag["Value"] for tag in shown.get("Tags") or []},
            triggers=tuple(self.triggers(name)),
        )

    def listed(self) -> Iterator[Listed]:
        """Every function of the region, but for those in namespaces that somebody made.

        Raises:
            RequestFailed: SCF couldn't be asked.
        """
        for shown in self._entries("ListFunctions", "Functions", {}):
            code = code_in(str(shown.get("Description") or ""))
            yield Listed(str(shown["FunctionName"]), code is not None)

    def settle(self, name: str) -> None:
        """Wait until a function that was just changed can be changed again.

        Raises:
            FunctionFailed: SCF couldn't change it.
            StillBusy: it stays Creating or Updating.
        """
        shown = self._settled(name)
        if shown is not None and str(shown["Status"]).endswith("Failed"):
            raise FunctionFailed(name, str(shown["Status"]), _reason(shown))

    def triggers(self, name: str) -> Iterator[FoundTrigger]:
        """Every trigger of a function, whoever made it."""
        shown = self._entries("ListTriggers", "Triggers", {"FunctionName": name})
        yield from map(read_trigger, shown)

    def _entries(
        self, action: str, field: str, parameters: Mapping[str, object]
    ) -> Iterator[Reply]:
        """What an action lists, page by page."""
        seen = 0
        while True:
            page = self.call(action, {**parameters, "Offset": seen, "Limit": _PAGE})
            yield from page[field]
            seen += len(page[field])
            if not page[field] or seen >= page["TotalCount"]:
                return

    def _settled(self, name: str) -> Reply | None:
        for poll in range(MAX_POLLS):
            if poll:
                self.sleep(POLL_SECONDS)
            try:
                shown = self.call("GetFunction", {"FunctionName": name, "ShowCode": "FALSE"})
            except RequestFailed as failure:
                if failure.code in _ABSENT:
                    return None
                raise
            if shown["Status"] not in _TRANSIENT:
                return shown
        raise StillBusy(name, str(shown["Status"]), POLL_SECONDS * (MAX_POLLS - 1))


def _configuration(shown: Reply) -> Configuration:
    queue = shown.get("DeadLetterConfig") or {}
    variables = (shown.get("Environment") or {}).get("Variables") or []
    return Configuration(
        memory_size=int(shown["MemorySize"]),
        timeout=int(shown["Timeout"]),
        role=str(shown.get("Role") or ""),
        logs=(str(shown.get("ClsLogsetId") or ""), str(shown.get("ClsTopicId") or "")),
        dead_letter_queue=(str(queue.get("Type") or ""), str(queue.get("Name") or "")),
        environment={variable["Key"]: variable["Value"] for variable in variables},
    )


def _asynchronous(reply: Reply) -> Asynchronous | None:
    settings: Mapping[str, Any] = reply.get("AsyncTriggerConfig") or {}
    retries = settings.get("RetryConfig") or []
    if not retries or "MsgTTL" not in settings:
        return None
    return Asynchronous(int(retries[0]["RetryNum"]), int(settings["MsgTTL"]))


def _reason(shown: Reply) -> str:
    """Why SCF gave up, in its own words."""
    reasons = [str(reason.get("ErrorMessage") or "") for reason in shown.get("StatusReasons") or []]
    return " ".join(filter(None, reasons)) or str(shown.get("StatusDesc") or "")
