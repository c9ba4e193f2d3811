"""docs/result.md says of every check what it means and what to do about it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from docs.blocks import ROOT
from shared.card import FIELD_NAMES

PAGE = (ROOT / "docs/result.md").read_text(encoding="utf-8")
CHECKS = PAGE.partition("\n## Checks")[2].partition("\n**")[0]
ROWS = re.findall(r"^\| (`.+?`) \| (.+?) \| (.+?) \|$", CHECKS, re.MULTILINE)
PATTERNS = [name for names, _, _ in ROWS for name in re.findall(r"`(.+?)`", names)]
FIELDS = sorted({field for fields in FIELD_NAMES.values() for field in fields})
# As the design names them.
DESIGNED = [
    *("source.unchanged", "status.agrees", "fields.complete", "fields.consistent"),
    *(
        f"{number}.{check}"
        for number in ("id_number", "license_number")
        for check in ("form", "check_digit", "birth_date", "gender")
    ),
    *(f"{field}.format" for field in FIELDS),
    *(f"{field}.known" for field in ("gender", "ethnicity", "nationality", "vehicle_class")),
    *("dates.order", "score.minimum"),
]


def checks_in(schema: Any) -> set[str]:
    """Every name that the schema allows a check, wherever it stands."""
    if isinstance(schema, list):
        return set().union(*map(checks_in, schema))
    if not isinstance(schema, dict):
        return set()
    given = (schema.get("const"), *schema.get("enum", ()))
    names = {str(name) for name in given if re.fullmatch(r"[a-z_]+\.[a-z_]+", str(name))}
    return names.union(*map(checks_in, schema.values()))


SCHEMA = checks_in(json.loads((ROOT / "docs/result.schema.json").read_bytes()))


def rows_for(check: str) -> list[str]:
    """The names in the table that a check goes by; `<field>` stands for each field."""
    field, _, rest = check.partition(".")
    any_field = f"<field>.{rest}" if field in FIELDS else check
    return [name for name in PATTERNS if name in {check, any_field}]


def test_there_is_a_table_and_a_schema_with_checks() -> None:
    assert len(ROWS) == 12
    assert len(SCHEMA) >= 12


@pytest.mark.parametrize("check", sorted(SCHEMA.union(DESIGNED)))
def test_every_check_has_one_row(check: str) -> None:
    assert len(rows_for(check)) == 1


@pytest.mark.parametrize("name", PATTERNS)
def test_every_row_is_of_a_check_that_there_is(name: str) -> None:
    assert any(name in rows_for(check) for check in DESIGNED)
