"""CAM policies (syntax 2.0: 598/10603), evaluated.

An explicit deny wins over any allow; what nothing allows is denied. Actions may be
written with or without the historical prefix `name/`. In actions and resources `*` stands for any
characters; a resource's six parts are compared as one text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

VERSION: Final = "2.0"

_KEYS: Final = {"effect", "action", "resource"}
_PREFIX: Final = "name/"


class PolicyMalformed(ValueError):
    """A policy that CAM wouldn't take, or that holds what isn't evaluated here."""


class Statement:
    """One statement: an effect on some actions on some resources."""

    def __init__(self, statement: Mapping[str, Any]) -> None:
        if not isinstance(statement, Mapping) or set(statement) != _KEYS:
            raise PolicyMalformed(f"a statement has {', '.join(sorted(_KEYS))} and nothing else")
        if statement["effect"] not in ("allow", "deny"):
            raise PolicyMalformed("an effect is allow or deny")
        self.allows = statement["effect"] == "allow"
        self.actions = [_plain(action) for action in _texts(statement["action"])]
        self.resources = _texts(statement["resource"])

    def covers(self, action: str, resource: str) -> bool:
        """Tell whether the statement speaks of this action on this resource."""
        return any(_matches(pattern, _plain(action)) for pattern in self.actions) and any(
            _matches(pattern, resource) for pattern in self.resources
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

    def allows(self, action: str, resource: str) -> bool:
        """Tell whether a call is allowed."""
        effects = [one.allows for one in self.statements if one.covers(action, resource)]
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
