"""How the API behaves beside what its pages promise: lags, codes and shapes that are known.

A test sets `account.behaviour`, before or between calls. What it does to a request is here: `Lags`
has what reads don't show yet, `Business` what still goes on with a function that looks ready,
`shaped` gives a reply the form it has on the wire, and `known_codes` has what an action may be
refused with.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, Literal, TypeVar, get_args

from tests.support.tencent_api import schema

Document = dict[str, Any]
Key = tuple[str, ...]
T = TypeVar("T")

AbsentCode = Literal[
    "ResourceNotFound.Function",
    "ResourceNotFound.FunctionName",
    "InvalidParameterValue.FunctionName",
    "ResourceNotFound.Namespace",
]
ABSENT_CODES: tuple[AbsentCode, ...] = get_args(AbsentCode)
"""What an absent function is called: the set that Terraform's provider knows."""

GONE_CODE = "ResourceNotFound.Version"
"""What a function that is being deleted may be called."""

BUSY_CODES = (
    "FailedOperation.FunctionStatusError",
    "FailedOperation.FunctionNameStatusError",
    "FailedOperation.FunctionVersionStatusNotActive",
    "FailedOperation.CreateTrigger",
    "FailedOperation.UpdateFunctionCode",
    "FailedOperation.UpdateFunctionConfiguration",
    "FailedOperation.DeleteFunction",
    "FailedOperation.OperationConflict",
    "FailedOperation.ReservedInProgress",
    "FailedOperation.ProvisionedInProgress",
    "FailedOperation.TotalConcurrencyMemoryInProgress",
    "FailedOperation",
    "UnauthorizedOperation.FunctionStatus",
)
"""What a function that can't be changed just now is called: the SDK's list and field reports."""

REPORTED: Mapping[str, Collection[str]] = {
    "scf:": ABSENT_CODES,
    "scf:Get": (GONE_CODE,),
    "scf:List": (GONE_CODE,),
    **dict.fromkeys(
        ("scf:Create", "scf:Update", "scf:Put", "scf:Delete", "scf:Invoke"), BUSY_CODES
    ),
    "scf:CreateTrigger": ("FailedOperation.QcsRoleNotFound",),
}
"""What actions that begin so are refused with beside the SDK's lists, as the field reports.

ABSENT_CODES are those that Terraform's provider looks for after any of them, GONE_CODE and some of
BUSY_CODES those of deployers; the SDK lists SCF's missing role only for CreateFunction, but COS
triggers need it too (583/32389).
"""

CONSOLE_ROLES = frozenset({"SCF_QcsRole", "CI_QCSRole"})


@dataclass
class Behaviour:
    """The API's manners; each default is the API as its pages describe it.

    Absent and late:
        absent_code: the code for a function that isn't there.
        create_lag: how many GetFunction calls a new function is absent for, to every action.
        trigger_lag: how many ListTriggers calls show what was before a trigger came or went.
        address_lag: how many ListTriggers calls, after that, show a Function URL without address.
        cam_lag: how many GetRole, ListPolicies and ListAttachedRolePolicies calls show what was
            before a role, a policy or an attachment came.
        deleting_reads: how many GetFunction calls know a deleted function; changes are refused.
        deleting_as: what it looks like to them, the Status or the code; "both" take turns.

    Busy:
        busy_code: the code for a change of a function that isn't ready.
        busy_after: how many GetFunction calls that show Active, or refused changes, a change of a
            function, its triggers or settings keeps the next change out for.
        busy_seconds: the same in seconds of the account's clock.
        busy_changes: how many of the next changes do so, counted down; None for all.
        available_status: whether GetFunction shows AvailableStatus. Where it does, a function is
            not ready before that is Available.
        available_lag: how many GetFunction calls show Active and Unavailable.

    Shapes:
        empty_lists: what an empty list of a reply of SCF or CAM looks like.
        nullable: what a field that the SDK calls nullable looks like if it holds nothing.
        hides_description: the types of trigger whose Description isn't shown.
        description_as: what is shown instead.
        retry_entries: how many entries a function's RetryConfig is shown with.
        retry_reversed: whether the entry for the default comes last.
        updates_http: whether UpdateTrigger knows Function URLs.
        create_trigger_tells: whether CreateTrigger's reply has its TriggerInfo, null if not;
            "no address" for a TriggerInfo without a Function URL's address.

    Roles:
        console_roles: the roles that consoles have made. One that is made otherwise replaces it.
    """

    absent_code: AbsentCode = "ResourceNotFound.Function"
    create_lag: int = 0
    trigger_lag: int = 0
    address_lag: int = 0
    cam_lag: int = 0
    deleting_reads: int = 0
    deleting_as: Literal["Deleting", "ResourceNotFound.Version", "both"] = "Deleting"
    busy_code: str = BUSY_CODES[0]
    busy_after: int = 0
    busy_seconds: float = 0
    busy_changes: int | None = None
    available_status: bool = False
    available_lag: int = 0
    empty_lists: Literal["[]", "null", "missing"] = "[]"
    nullable: Literal["shown", "null", "missing"] = "shown"
    hides_description: frozenset[str] = frozenset()
    description_as: Literal[""] | None = None
    retry_entries: Literal[1, 2] = 1
    retry_reversed: bool = False
    updates_http: bool = True
    create_trigger_tells: Literal[True, False, "no address"] = True
    console_roles: set[str] = field(default_factory=lambda: set(CONSOLE_ROLES))


@dataclass
class _Held:
    before: Any
    reads: int


class Lags:
    """What reads still show of the time before a write."""

    def __init__(self) -> None:
        self._held: dict[Key, list[_Held]] = {}

    def hold(self, key: Key, before: object, reads: int) -> None:
        """Have the next `reads` of what `key` names show what was there before a write."""
        if reads > 0:
            self._held.setdefault(key, []).append(_Held(before, reads))

    def shown(self, key: Key, now: T, *, counts: bool) -> T:
        """What a look shows of something that is `now`; a read that `counts` brings the end."""
        held = self._held.get(key, [])
        shown: T = held[0].before if held else now
        if counts:
            for one in held:
                one.reads -= 1
            self._held[key] = [one for one in held if one.reads > 0]
        return shown

    def reads(self, key: Key) -> int:
        """How many reads show something else than what is there."""
        return max((one.reads for one in self._held.get(key, [])), default=0)

    def forget(self, key: Key) -> None:
        """Show what is there."""
        self._held.pop(key, None)

    def names(self, kind: str) -> Iterator[Key]:
        """What is shown as it was, of the keys that begin with `kind`."""
        return (key[1:] for key, held in self._held.items() if held and key[0] == kind)


@dataclass
class Business:
    """What still goes on with a function that shows Active.

    `unavailable` is how many looks at an Active function it takes until one shows Available.
    """

    reads: int = 0
    until: float = float("-inf")
    unavailable: int = 0

    def begin(self, behaviour: Behaviour, now: float, *, active: bool) -> None:
        """Be busy after a change; the look that first shows an `active` function doesn't count."""
        if behaviour.busy_changes is not None:
            if behaviour.busy_changes <= 0:
                return
            behaviour.busy_changes -= 1
        if behaviour.busy_after > 0:
            self.reads = behaviour.busy_after + (not active)
        self.until = now + behaviour.busy_seconds

    def count(self) -> None:
        """Come nearer to the end: by a look at the Active function, or by a change refused."""
        self.reads = max(0, self.reads - 1)
        self.unavailable = max(0, self.unavailable - 1)

    def goes_on(self, behaviour: Behaviour, now: float) -> bool:
        """Whether the function can't be changed yet."""
        waits = behaviour.available_status and self.unavailable > 0
        return waits or self.reads > 0 or now < self.until


@functools.cache
def known_codes(service: str, action: str) -> frozenset[str]:
    """The codes that an action may be refused with.

    `refusals.json` has them by action, as the Go SDK's client.go lists them for scf v20180416
    (tencentcloud-sdk-go 4dcd90a), cam v20190116 (f35da89) and sts v20180813 (a vendored copy that
    names no commit); below "*" are those that any action may give (571/82116). An action that isn't
    there is newer than those lists or no call of this project's: it has all of its product's codes,
    from the installed SDK.
    """
    listed: dict[str, list[str]] = json.loads(_REFUSALS.read_text())
    name = f"{service}:{action}"
    product = schema.error_codes(service) if service in schema.SERVICES else ()
    reported = [code for start in REPORTED if name.startswith(start) for code in REPORTED[start]]
    return frozenset([*listed["*"], *listed.get(name, product), *reported])


_REFUSALS = Path(__file__).with_name("refusals.json")
_FIELD = re.compile(r":param _(\w+):(.*?):type \w+:", re.DOTALL)
_NULLABLE = "此字段可能返回 null"
_MODEL = re.compile(r"(?:list of |:class:`[\w.]+\.)(\w+)`?")
_TRIGGERS = {"Trigger", "TriggerInfo"}
_READS = ("Get", "List", "Describe")


def shaped(behaviour: Behaviour, service: str, action: str, response: Document) -> Document:
    """A reply as it goes out; what the account keeps stays as it is."""
    lists = behaviour.empty_lists
    if service not in {"scf", "cam"} or not action.startswith(_READS):
        lists = "[]"
    shape = _Shape(schema.SERVICES[service].models, behaviour, lists)
    return shape.document(f"{action}Response", response)


@dataclass(frozen=True)
class _Shape:
    models: ModuleType
    behaviour: Behaviour
    empty_lists: str

    def document(self, model: str, document: Document) -> Document:
        """A document of a model of the SDK's."""
        fields, nullable = schema.fields(self.models, model), nullable_fields(self.models, model)
        found = dict(document)
        if model in _TRIGGERS and document["Type"] in self.behaviour.hides_description:
            found["Description"] = self.behaviour.description_as
        if self.behaviour.nullable == "null":
            found |= dict.fromkeys(nullable - found.keys())
        return {
            name: value
            for name, content in found.items()
            for value in self._field(fields.get(name, ""), content, nullable=name in nullable)
        }

    def _field(self, kind: str, content: Any, *, nullable: bool) -> Iterator[Any]:
        """A field's content as it is shown, if it is."""
        forms = {"null": None, "[]": content, "shown": content}
        if content == [] and self.empty_lists != "[]":
            form = self.empty_lists
        else:
            form = self.behaviour.nullable if nullable and not content else "shown"
        if form in forms:
            yield self._value(kind, forms[form])

    def _value(self, kind: str, content: Any) -> Any:
        if isinstance(content, list):
            return [self._value(kind, one) for one in content]
        model = _MODEL.fullmatch(kind)
        if model is None or not isinstance(content, dict):
            return content
        return self.document(model[1], content)


@functools.cache
def nullable_fields(models: ModuleType, model: str) -> frozenset[str]:
    """The fields of a model of which the SDK says that null may be returned."""
    told = getattr(models, model).__init__.__doc__ or ""
    return frozenset(name for name, text in _FIELD.findall(told) if _NULLABLE in text)
