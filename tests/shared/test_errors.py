from __future__ import annotations

import pytest

from shared.errors import StorageFault, UnexpectedError


@pytest.mark.parametrize("code", ["NoReply", "HTTP502", "a.b_c-d"])
def test_a_fault_shows_the_services_code(code: str) -> None:
    assert StorageFault("PUT of an object", code).code == code


@pytest.mark.parametrize("code", ["", "<html>", "uploads/a", "样本", "a" * 65, "a\nb"])
def test_what_can_not_be_a_code_is_not_shown(code: str) -> None:
    fault = StorageFault("PUT of an object", code)
    assert (fault.code, str(fault)) == ("UnreadableCode", "PUT of an object failed: UnreadableCode")


def test_a_bug_leaves_a_function_without_its_text() -> None:
    assert "样本" not in str(UnexpectedError(KeyError("样本")))
    assert "KeyError" in str(UnexpectedError(KeyError("样本")))
