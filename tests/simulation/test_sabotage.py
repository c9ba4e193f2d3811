from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from tests.simulation.bugs import BUGS, Bug
from tests.simulation.patched import AnchorLost, patched, plant
from tests.simulation.sabotage import caught


def text_of(bug: Bug) -> str:
    spec = importlib.util.find_spec(bug.module)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).read_text(encoding="utf-8")


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_every_bug_still_finds_its_place(bug: Bug) -> None:
    text = text_of(bug)
    assert patched(bug, text) != text
    compile(patched(bug, text), bug.module, "exec")


def test_a_bug_whose_place_is_gone_fails_loudly() -> None:
    bug = BUGS[0]._replace(old="what stands nowhere")
    with pytest.raises(AnchorLost, match="0 places"):
        patched(bug, text_of(bug))


def test_a_bug_that_comes_too_late_is_refused() -> None:
    import shared.pipeline.permit  # noqa: F401, PLC0415 — imported already, whoever did it

    with pytest.raises(RuntimeError, match="imported already"):
        plant(next(bug for bug in BUGS if bug.module == "shared.pipeline.permit"))


def test_a_bug_is_caught() -> None:
    bug = next(bug for bug in BUGS if bug.name == "a passing failure made final")
    found = caught(bug, seeds=40)
    assert found is not None
    assert "every end has its reason" in found


def test_what_is_no_bug_is_not_caught() -> None:
    bug = BUGS[0]._replace(new=BUGS[0].old)
    assert patched(bug, text_of(bug)) == text_of(bug)
