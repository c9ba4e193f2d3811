"""Whether a browser may send a request: its preflight (436/8288) against the bucket's rules.

moto answers from all rules at once, whatever method and headers are asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

from coslocal.cos.errors import CosError


class Rule(NamedTuple):
    """One CORSRule; an origin, and a header's name, may hold a `*`."""

    origins: Sequence[str]
    methods: Sequence[str]
    headers: Sequence[str]


def check_preflight(headers: Mapping[str, str], rules: Iterable[Rule]) -> None:
    """Check that some rule allows what a browser asks; `headers` by lower-case name.

    Raises:
        CosError: AccessForbidden.
    """
    origin, method = headers.get("origin"), headers.get("access-control-request-method")
    asked = headers.get("access-control-request-headers", "").lower().split(",")
    names = [name.strip() for name in asked if name.strip()]
    if origin is None or method is None:
        raise CosError("AccessForbidden", "A preflight has an Origin and asks for a method.")
    for rule in rules:
        if (
            _matches(origin, rule.origins)
            and method in rule.methods
            and all(_matches(name, rule.headers) for name in names)
        ):
            return
    raise CosError("AccessForbidden", "The bucket's CORS rules don't allow this.")


def _matches(text: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(text, pattern.replace("[", "[[]")) for pattern in patterns)
