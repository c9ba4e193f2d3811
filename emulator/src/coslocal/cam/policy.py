"""CAM policies (syntax 2.0: 598/10603), evaluated.

An explicit deny wins over any allow; what nothing allows is denied. Actions may be
written with or without the historical prefix `name/`. In actions and resources `*` stands for any
characters. Of a resource's six parts one that is left out is any. Conditions are in `conditions`.

What would match nothing is refused, never passed over: a deny of it would have no effect.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from coslocal.cam.calls import ACTIONS, GET_OBJECT
from coslocal.cam.conditions import Condition, ConditionUnknown, read_conditions

VERSION: Final = "2.0"

_NEEDED: Final = {"effect", "action", "resource"}
_MORE: Final = {"condition", "principal"}
_EVERYBODY: Final = ({"qcs": "*"}, {"qcs": ["*"]})
"""Whom a statement is for, as STS's SDKs write it: the key is the only one that it can be for."""
_PREFIX: Final = "name/"
_ACTION: Final = re.compile(r"[\w*-]+:[\w*-]+", re.ASCII)
_PARTS: Final = 6
_ACCOUNT: Final = re.compile(r"(uid/[\d*]*|\*)?", re.ASCII)
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
        self.actions = [_action(action) for action in _texts(statement["action"])]
        if not self.allows:
            for action in self.actions:
                _check_denied(action)
        self.resources = [_resource(resource) for resource in _texts(statement["resource"])]
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
            and any(pattern.fullmatch(resource) for pattern in self.resources)
            and all(one.holds(facts, allows=self.allows) for one in self.conditions)
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

    def denies(self, action: str, resource: str, facts: Mapping[str, str] = _NOTHING) -> bool:
        """Tell whether a deny speaks of a call, whatever is allowed."""
        denied = (one for one in self.statements if not one.allows)
        return any(one.covers(action, resource, facts) for one in denied)


def read_json(text: str | bytes) -> Any:  # noqa: ANN401 - whatever the document is
    """Read JSON in which no object has a member twice.

    Raises:
        ValueError: It is none; the message names the member.
    """
    return json.loads(text, object_pairs_hook=_members)


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for name, value in pairs:
        if name in members:
            raise ValueError(f"the member {name} is given twice")
        members[name] = value
    return members


def _texts(value: object) -> Sequence[str]:
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list) or not texts or not all(isinstance(one, str) for one in texts):
        raise PolicyMalformed("actions and resources are texts or lists of texts")
    return texts


def _action(text: str) -> str:
    action = _plain(text)
    if action != "*" and not _ACTION.fullmatch(action):
        raise PolicyMalformed(f"an action is <service>:<name> or *, and {text} is neither")
    return action


def _check_denied(action: str) -> None:
    """Refuse a deny of what no request is authorised as, or of an action in another case."""
    if any(_matches(action, known) for known in ACTIONS):
        return
    folded = action.lower()
    if folded.startswith("cos:") or any(_matches(folded, known.lower()) for known in ACTIONS):
        raise PolicyMalformed(
            f"{action} is no action that is known here, and a deny of it would have no effect; "
            f"actions are written as in {GET_OBJECT}"
        )


def _resource(text: str) -> re.Pattern[str]:
    if text == "*":
        return re.compile(".*", re.DOTALL)
    parts = text.split(":", 5)
    if len(parts) != _PARTS or parts[0] != "qcs":
        raise PolicyMalformed(
            f"a resource is * or qcs::<service>:<region>:<account>:<name>, and {text} is neither"
        )
    *first, name = parts
    if name.startswith("prefix//"):
        raise PolicyMalformed(
            "a resource with prefix// is not evaluated here; "
            "write qcs::cos:<region>:uid/<appid>:<bucket>-<appid>/<key>"
        )
    if first[2] in ("cos", "ci") and not _ACCOUNT.fullmatch(first[4]):
        raise PolicyMalformed(f"the account of {text} is uid/<appid>, or left out")
    written = [_expression(one or "*", "[^:]*") for one in first]
    return re.compile(":".join([*written, _expression(name, ".*")]), re.DOTALL)


def _plain(action: str) -> str:
    return action.removeprefix(_PREFIX)


def _matches(pattern: str, text: str) -> bool:
    return re.fullmatch(_expression(pattern, ".*"), text, re.DOTALL) is not None


def _expression(pattern: str, anything: str) -> str:
    return anything.join(re.escape(part) for part in pattern.split("*"))
