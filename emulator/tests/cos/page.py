"""The page about COS's operations: `python -m tests.cos.page` writes its tables anew."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tests.cos.matrix import GROUPS, Ending, run_all
from tests.cos.operations.settings import WITHOUT_EFFECT
from tests.cos.operations.unlike import DIFFERS, NOT_THERE
from tests.cos.sdk import Operation
from tests.pages import Tables

TABLES: Final = Tables("operations.md", "operations", "tests.cos.page")


def operations(endings: Mapping[str, Ending]) -> str:
    """Every operation with how it ended, by group."""
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
    head = ("operation", "methods of the SDK", "here")
    lines = [f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows)]
    return "\n".join([f"## {name}", "", *lines])


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


def main() -> None:
    """Run every operation and write the page; one that fails ends it."""
    endings = run_all()
    failed = [name for name, ending in endings.items() if ending.error is not None]
    if failed:
        raise SystemExit(f"operations of COS failed: {', '.join(failed)}")
    TABLES.write(operations(endings))


if __name__ == "__main__":
    main()
