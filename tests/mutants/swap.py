"""Puts a mutant in the place of a module that is imported already.

The functions and classes of the module stay the objects that everybody has imported: they are
given the mutant's code. Constants are replaced wherever they were imported by name.
"""

from __future__ import annotations

import sys
from enum import Enum
from types import FunctionType, ModuleType, UnionType

OUR_PACKAGES = ("cli", "functions", "local", "shared", "tests")


def swap_in(module: ModuleType, source: str) -> None:
    """Make the module what it would be if it had this source. Raise what its import would."""
    mutant = ModuleType(module.__name__)
    mutant.__dict__.update(__file__=module.__file__, __package__=module.__package__)
    # A class finds its annotations in the module that it says it is of.
    sys.modules[module.__name__] = mutant
    try:
        exec(compile(source, str(module.__file__), "exec", dont_inherit=True), mutant.__dict__)  # noqa: S102
    finally:
        sys.modules[module.__name__] = module
    ours = [other for name, other in list(sys.modules.items()) if _is_ours(name)]
    for name, new in vars(mutant).items():
        if name.startswith("__"):
            continue
        old = vars(module).get(name)
        if not _is_given_code(module.__name__, old, new) and old is not new:
            for other in ours:
                if other is module or vars(other).get(name, module) is old:
                    setattr(other, name, new)


def _is_ours(name: str) -> bool:
    return name.partition(".")[0] in OUR_PACKAGES


def _is_given_code(module: str, old: object, new: object) -> bool:
    """Give a function or class of the module the mutant's code. Return whether that was enough."""
    if isinstance(old, UnionType) and isinstance(new, UnionType):
        return True  # its classes are given their code one by one
    if getattr(new, "__module__", None) != module:
        return False
    if isinstance(old, type) and isinstance(new, type):
        for name, member in list(vars(new).items()):
            known = vars(old).get(name)
            if isinstance(known, Enum) and isinstance(member, Enum):
                known._value_ = member.value
            _give_code(known, member)
        return True
    return _give_code(old, new)


def _give_code(old: object, new: object) -> bool:
    if isinstance(old, FunctionType) and isinstance(new, FunctionType):
        if hasattr(old, "__wrapped__"):  # a decorator made it around the function that changed
            return _give_code(old.__wrapped__, getattr(new, "__wrapped__", None))
        old.__code__ = new.__code__
        old.__defaults__ = tuple(map(_known, new.__defaults__)) if new.__defaults__ else None
        named = new.__kwdefaults__
        old.__kwdefaults__ = named and {name: _known(value) for name, value in named.items()}
        return True
    if isinstance(old, staticmethod) and isinstance(new, staticmethod):  # as __new__ is
        return _give_code(old.__func__, new.__func__)
    if isinstance(old, property) and isinstance(new, property):
        return _give_code(old.fget, new.fget)
    if hasattr(old, "cache_clear"):
        old.cache_clear()
        return _give_code(old.__wrapped__, getattr(new, "__wrapped__", None))  # type: ignore[attr-defined]
    return False


def _known(value: object) -> object:
    """Return the member of the enumeration that everybody has imported, for one of the mutant's."""
    if not isinstance(value, Enum):
        return value
    enumeration = getattr(sys.modules[type(value).__module__], type(value).__name__)
    return getattr(enumeration, value.name)
