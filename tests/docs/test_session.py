from __future__ import annotations

import pytest

from docs.session import ALL, Shown, excerpt, outputs, shortened

TRANSCRIPT = "$ first\na\nb\nc\n\n$ second\n\n$ third --flag\nd\n"


def test_every_command_has_its_output() -> None:
    assert outputs(TRANSCRIPT) == {"first": ["a", "b", "c"], "second": [], "third --flag": ["d"]}


def test_an_excerpt_has_the_commands_it_was_asked_for() -> None:
    assert excerpt(TRANSCRIPT, {"third --flag": ALL, "first": Shown(1, 0)}) == (
        "$ third --flag\nd\n$ first\na\n…"
    )


def test_a_command_that_was_not_recorded_is_missed() -> None:
    with pytest.raises(KeyError):
        excerpt(TRANSCRIPT, {"fourth": ALL})


@pytest.mark.parametrize(
    ("shown", "lines"),
    [
        (Shown(1, 1), ["1", "…", "4"]),
        (Shown(0, 2), ["…", "3", "4"]),
        (Shown(2, 1), ["1", "2", "3", "4"]),  # a mark for one line would save nothing
    ],
)
def test_what_is_left_out_is_marked(shown: Shown, lines: list[str]) -> None:
    assert shortened(["1", "2", "3", "4"], shown) == lines
