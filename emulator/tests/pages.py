"""Pages of the package whose tables a program writes, between two marks, after it has run them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parents[1]
END: Final = "\n<!-- end -->"


class Tables:
    """What stands on a page after the mark `<!-- <mark> -->`; `program` is what writes it."""

    def __init__(self, page: str, mark: str, program: str) -> None:
        self._page = FOLDER / page
        self._start = f"<!-- {mark} -->\n"
        self.anew = f"`python -m {program}` writes {page} anew"

    def written(self) -> str:
        """What stands there."""
        return self._parts()[1]

    def write(self, tables: str) -> None:
        """Put tables there."""
        before, _, after = self._parts()
        self._page.write_text(f"{before}{self._start}{tables}{END}{after}", encoding="utf-8")

    def _parts(self) -> tuple[str, str, str]:
        before, start, rest = self._page.read_text(encoding="utf-8").partition(self._start)
        tables, _, after = rest.partition(END)
        assert start, f"{self._page.name} has no {self._start}"
        return before, tables, after
