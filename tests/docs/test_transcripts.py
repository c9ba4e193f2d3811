from __future__ import annotations

from docs.record import abridged


def test_a_test_run_is_kept_without_its_line_for_every_file() -> None:
    transcript = (
        "collected 3 items\n\n"
        "tests/card/test_dates.py ..      [ 66%]\n"
        "tests/log/test_log.py .          [100%]\n\n"
        "=== 3 passed in 0.12s ===\n"
    )
    assert abridged(transcript) == "collected 3 items\n\n…\n\n=== 3 passed in 0.12s ===\n"
