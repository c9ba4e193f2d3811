"""Roles and policies as CAM has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from deploy.errors import RequestFailed
from deploy.roles.cam import Cam


class Refusing:
    """An API that refuses every request with one code."""

    def __init__(self, code: str) -> None:
        self._code = code

    def call(self, _service: str, action: str, _parameters: Mapping[str, object]) -> Any:
        raise RequestFailed(action, self._code, "")


@pytest.mark.parametrize("code", ["InvalidParameter.RoleNotExist", "ResourceNotFound.RoleNotExist"])
def test_a_role_that_cam_does_not_know_is_none(code: str) -> None:
    assert Cam(Refusing(code)).find_role("card-ocr-prod-submit") is None


def test_a_role_that_can_not_be_asked_for_is_not_taken_for_missing() -> None:
    with pytest.raises(RequestFailed):
        Cam(Refusing("InternalError")).find_role("card-ocr-prod-submit")
