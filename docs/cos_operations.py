"""The block about COS operations: what the official SDK can do with the local cloud, as it ran."""

from __future__ import annotations

from collections.abc import Mapping

from docs.markdown import table
from tests.local.cos.matrix import GROUPS, Ending, run_all
from tests.local.cos.operations.settings import WITHOUT_EFFECT
from tests.local.cos.operations.unlike import DIFFERS, NOT_THERE
from tests.local.cos.sdk import Operation


def operations() -> str:
    """Every operation with how it ended, by group.

    Raises:
        ValueError: one of them failed.
    """
    endings = run_all()
    failed = [name for name, ending in endings.items() if ending.error is not None]
    if failed:
        raise ValueError(f"operations of COS failed: {', '.join(failed)}")
    everything = len(endings)
    working = everything - len(DIFFERS) - len(NOT_THERE)
    summary = (
        f"Of {everything} operations {working} work ({100 * working // everything} %; "
        f"{len(WITHOUT_EFFECT)} of these are settings that are kept and have no effect), "
        f"{len(DIFFERS)} differ, {len(NOT_THERE)} are not there."
    )
    return "\n\n".join([summary, *(_group(name, endings) for name in GROUPS)])


def _group(name: str, endings: Mapping[str, Ending]) -> str:
    rows = [
        (_title(operation), _methods(endings[operation.__name__]), _ending(operation))
        for operation in GROUPS[name]
    ]
    return f"## {name}\n\n{table(('operation', 'methods of the SDK', 'here'), rows)}"


def _title(operation: Operation) -> str:
    return operation.__name__.replace("_", " ")


def _methods(ending: Ending) -> str:
    return ", ".join(f"`{method}`" for method in ending.methods)


def _ending(operation: Operation) -> str:
    if operation in DIFFERS:
        return f"differs: {DIFFERS[operation]}"
    if operation in NOT_THERE:
        return f"not there: {NOT_THERE[operation]}"
    return "works: kept, without effect" if operation in WITHOUT_EFFECT else "works"
