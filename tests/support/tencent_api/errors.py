"""Errors of the API: always HTTP 200, the Code in the body (product page "Error codes")."""

from __future__ import annotations


class ApiError(Exception):
    """A request that isn't carried out. `code` is the API's own Code."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
