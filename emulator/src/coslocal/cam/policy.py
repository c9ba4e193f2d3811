"""CAM policies (syntax 2.0: 598/10603), evaluated.

An explicit deny wins over any allow; what nothing allows is denied. Actions may be
written with or without the historical prefix `name/`. In actions and resources `*` stands for any
characters; a resource's six parts are compared as one text. Conditions are in `conditions`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from coslocal.cam.conditions import Condition, ConditionUnknown, read_conditions

VERSION: Final = "2.0"

_NEEDED: Final = {"effect", "action", "resource"}
_MORE: Final = {"condition", "principal"}
_EVERYBODY: Final = ({"qcs": "*"}, {"qcs": ["*"]})
"""Whom a statement is for, as STS's SDKs write it: the key is the only one that it can be for."""
_PREFIX: Final = "name/"
_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


class PolicyMalformed(ValueError):
    """A policy that CAM wouldn't take, or that holds what isn't evaluated here."""


class Statement:
    """One statement: an effect on some actions on some resources."""

    def __init__(self, statement: Mapping[str, Any]) -> None:
        if not isinstance(statement, Mapping) or not _NEEDED <= set(statement) <= _NEEDED | _MORE:
            raise PolicyMalformed(
                f"a statement has {', '.join(sorted(_NEEDED))}, may have "
                f"{', '.join(sorted(_MORE))}, and has nothing else"
            )
        if statement.get("principal", _EVERYBODY[0]) not in _EVERYBODY:
            raise PolicyMalformed("the principal of a key's or a role's policy is *, if it has one")
        if statement["effect"] not in ("allow", "deny"):
            raise PolicyMalformed("an effect is allow or deny")
        self.allows = statement["effect"] == "allow"
        self.actions = [_plain(action) for action in _texts(statement["action"])]
        self.resources = _texts(statement["resource"])
        self.conditions: list[Condition] = []
        if "condition" in statement:
            try:
                self.conditions = read_conditions(statement["condition"])
            except ConditionUnknown as error:
                raise PolicyMalformed(str(error)) from error

    def covers(self, action: str, resource: str, facts: Mapping[str, str]) -> bool:
        """Tell whether the statement speaks of this action on this resource, in such a request."""
        return (
            any(_matches(pattern, _plain(action)) for pattern in self.actions)
            and any(_matches(pattern, resource) for pattern in self.resources)
            and all(one.holds(facts) for one in self.conditions)
        )


class Policy:
    """A policy document.

    Raises:
        PolicyMalformed: It is none.
    """

    def __init__(self, document: Mapping[str, Any]) -> None:
        if not isinstance(document, Mapping) or set(document) != {"version", "statement"}:
            raise PolicyMalformed("a policy has a version, statements and nothing else")
        if document["version"] != VERSION:
            raise PolicyMalformed(f"the version is {VERSION}")
        self.statements = [Statement(statement) for statement in document["statement"]]

    def allows(self, action: str, resource: str, facts: Mapping[str, str] = _NOTHING) -> bool:
        """Tell whether a call is allowed; `facts` are the request's, by a condition's key."""
        effects = [one.allows for one in self.statements if one.covers(action, resource, facts)]
        return bool(effects) and all(effects)


def _texts(value: object) -> Sequence[str]:
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list) or not texts or not all(isinstance(one, str) for one in texts):
        raise PolicyMalformed("actions and resources are texts or lists of texts")
    return texts


def _plain(action: str) -> str:
    return action.removeprefix(_PREFIX)


def _matches(pattern: str, text: str) -> bool:
    expression = ".*".join(re.escape(part) for part in pattern.split("*"))
    return re.fullmatch(expression, text, re.DOTALL) is not None
