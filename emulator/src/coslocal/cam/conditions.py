"""Conditions of a policy's statement (CAM: 598/10608; COS's keys: 436/46205).

Known are the operators on texts, numbers and addresses, each with `_if_exist` too, and the keys
that a request to COS answers. Whatever else a condition holds is refused when the policy is read,
never passed over: an emulator that allowed more than the cloud would hide the mistake.

Assumed, since the pages leave it open: without `_if_exist` a condition on a key that the request
hasn't, or whose value can't be compared, doesn't hold in an allow and holds in a deny, whatever its
operator.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from ipaddress import ip_address, ip_network
from typing import Any, Final, NamedTuple

SOURCE_IP: Final = "qcs:ip"

_HEADERS: Final = ("content-length", "content-type", "x-cos-acl", "x-cos-storage-class")
_PARAMETERS: Final = (
    "prefix",
    "versionid",
    "response-cache-control",
    "response-content-disposition",
    "response-content-encoding",
    "response-content-language",
    "response-content-type",
    "response-expires",
)
KEYS: Final = (SOURCE_IP, *(f"cos:{name}" for name in (*_HEADERS, *_PARAMETERS)))
"""What a condition can be on."""

_IF_EXIST: Final = "_if_exist"
_NUMBER: Final = re.compile(r"[+-]?\d+(\.\d+)?(e[+-]?\d{1,3})?", re.ASCII)


class ConditionUnknown(ValueError):
    """A condition that can't be read, or that isn't evaluated here; the message says which."""


def facts_of(
    source_ip: str,
    headers: Mapping[str, str] | None = None,
    parameters: Sequence[tuple[str, str]] = (),
) -> dict[str, str]:
    """Return what a request has of `KEYS`; `headers` are by lower-case name."""
    given = headers or {}
    named = {name.lower(): value for name, value in parameters}
    return {
        SOURCE_IP: source_ip,
        **{f"cos:{name}": given[name] for name in _HEADERS if name in given},
        **{f"cos:{name}": named[name] for name in _PARAMETERS if name in named},
    }


class Condition(NamedTuple):
    """One operator on one key, with the values that the policy names."""

    key: str
    values: Sequence[str]
    is_equal: Callable[[str, str], bool]
    is_negated: bool
    holds_without: bool

    def holds(self, facts: Mapping[str, str], *, allows: bool) -> bool:
        """Tell whether a request fulfils it: a value matches, or none does if it is negated.

        What can't be told is decided so that no more is allowed; `allows` is of the statement.
        """
        if self.key not in facts:
            return self.holds_without or not allows
        try:
            matches = any(self.is_equal(facts[self.key], value) for value in self.values)
        except ValueError:  # the request's value is no number, or no address
            return not allows
        return matches is not self.is_negated


def read_conditions(document: object) -> list[Condition]:
    """Read the `condition` of a statement: values by key, by operator. All of them must hold.

    Raises:
        ConditionUnknown: An operator, a key or a value is none of those known here.
    """
    if not isinstance(document, Mapping) or not document:
        raise ConditionUnknown("a condition is an operator, with values by key")
    return [
        _condition(operator, key, values)
        for operator, keys in document.items()
        for key, values in _keys(operator, keys).items()
    ]


def _keys(operator: object, keys: object) -> Mapping[Any, Any]:
    if not isinstance(keys, Mapping) or not keys:
        raise ConditionUnknown(f"the condition {operator} has values by key")
    return keys


def _condition(operator: object, key: object, values: object) -> Condition:
    name = str(operator).removesuffix(_IF_EXIST)
    if name not in _OPERATORS:
        known = ", ".join(_OPERATORS)
        raise ConditionUnknown(
            f"the operator {operator} is not evaluated here. Use one of, also with {_IF_EXIST}: "
            f"{known}"
        )
    if key not in KEYS:
        known = ", ".join(KEYS)
        raise ConditionUnknown(f"a condition on {key} is not evaluated here. Use one of: {known}")
    is_equal, is_negated = _OPERATORS[name]
    listed = values if isinstance(values, list) else [values]
    known_types = (one for one in listed if not isinstance(one, bool))
    texts = [str(one) for one in known_types if isinstance(one, (str, int, float))]
    if not texts or len(texts) != len(listed):
        raise ConditionUnknown(f"the values of {operator} on {key} are texts or numbers")
    try:
        for text in texts:
            is_equal(text.partition("/")[0], text)
    except ValueError as error:
        raise ConditionUnknown(f"{operator} can't compare with {', '.join(texts)}") from error
    return Condition(str(key), texts, is_equal, is_negated, str(operator).endswith(_IF_EXIST))


def _is_like(text: str, pattern: str) -> bool:
    parts = (re.escape(one).replace(r"\?", ".") for one in pattern.split("*"))
    return re.fullmatch(".*".join(parts), text, re.DOTALL) is not None


def _is_in_network(address: str, network: str) -> bool:
    return ip_address(address) in ip_network(network, strict=False)


def _compares(compare: Callable[[float, float], bool]) -> Callable[[str, str], bool]:
    return lambda text, value: compare(_number(text), _number(value))


def _number(text: str) -> float:
    if not _NUMBER.fullmatch(text):
        raise ValueError("a number is written in digits")
    return float(text)


_OPERATORS: Final[Mapping[str, tuple[Callable[[str, str], bool], bool]]] = {
    "string_equal": (str.__eq__, False),
    "string_not_equal": (str.__eq__, True),
    "string_equal_ignore_case": (lambda a, b: a.lower() == b.lower(), False),
    "string_not_equal_ignore_case": (lambda a, b: a.lower() == b.lower(), True),
    "string_like": (_is_like, False),
    "string_not_like": (_is_like, True),
    "numeric_equal": (_compares(float.__eq__), False),
    "numeric_not_equal": (_compares(float.__eq__), True),
    "numeric_less_than": (_compares(float.__lt__), False),
    "numeric_less_than_equal": (_compares(float.__le__), False),
    "numeric_greater_than": (_compares(float.__gt__), False),
    "numeric_greater_than_equal": (_compares(float.__ge__), False),
    "ip_equal": (_is_in_network, False),
    "ip_not_equal": (_is_in_network, True),
}
"""How a request's value and a policy's are compared, and whether the answer is turned round."""
