from __future__ import annotations

import pytest

from cli.audit.findings import Audited, TextReport, Totals
from cli.audit.judgement import AuditFinding


def test_a_key_can_write_no_line_and_no_escape_of_its_own(
    capsys: pytest.CaptureFixture[str],
) -> None:
    report, totals = TextReport(lambda key: key), Totals()
    report.found(AuditFinding("missing", "uploads/a\x1b[2J\nall is well", "e", 60.0, None))
    totals.count_finding("missing")
    report.end(Audited({}, {}, totals))
    assert capsys.readouterr().out == (
        "\nmissing, 1\n  uploads/a\\x1b[2J\\nall is well  e  1 min\n"
    )
