"""Reads the API's replies. Null, missing and empty mean the same; any other form is an error.

The SDK's models mark many fields with "可能返回 null". An empty list may come as [], as null or not
at all; Triggers did so beside `TotalCount: 0`. So all code reads a reply through this class.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from deploy.errors import UnreadableReply


class Reply:
    """A reply's `Response`, or an object in it. Every method may raise UnreadableReply.

    Args:
        request: the request, such as scf:GetFunction.
        content: the object.
        request_id: the reply's RequestId, which the API's support asks for.
        path: the object's place in the response; empty for the response itself.
    """

    def __init__(
        self, request: str, content: Mapping[str, object], request_id: str = "", path: str = ""
    ) -> None:
        self.request = request
        self.request_id = request_id or str(content.get("RequestId") or "")
        self._content = content
        self._path = path

    def text(self, name: str) -> str:
        """Return a text, or a number as text. Return an empty text if there is none."""
        value = self._content.get(name)
        if value is None:
            return ""
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            return str(value)
        raise self._unreadable(name)

    def number(self, name: str) -> int | None:
        """Return a whole number. Return None if there is none."""
        value = self._content.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if isinstance(value, str) and re.fullmatch("[0-9]{1,18}", value):
            return int(value)
        raise self._unreadable(name)

    def required(self, name: str) -> int:
        """Return a whole number that must be there."""
        value = self.number(name)
        if value is None:
            raise self._unreadable(name)
        return value

    def flag(self, name: str) -> bool:
        """Return whether something is so; it isn't if there is none."""
        value = self._content.get(name)
        if value is None or isinstance(value, bool):
            return bool(value)
        raise self._unreadable(name)

    def part(self, name: str) -> Reply:
        """Return the object of that name. Return an empty object if there is none."""
        return self._object(name, self._content.get(name))

    def parts(self, name: str) -> list[Reply]:
        """Return the objects of a list."""
        value = self._content.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self._unreadable(name)
        return [self._object(f"{name}.{number}", one) for number, one in enumerate(value)]

    def pairs(self, name: str) -> dict[str, str]:
        """Return a list of objects with Key and Value as a mapping."""
        return {one.text("Key"): one.text("Value") for one in self.parts(name)}

    def _object(self, name: str, value: object) -> Reply:
        if value is not None and not isinstance(value, Mapping):
            raise self._unreadable(name)
        return Reply(self.request, value or {}, self.request_id, self._place(name))

    def _place(self, name: str) -> str:
        return f"{self._path}.{name}" if self._path else name

    def _unreadable(self, name: str) -> UnreadableReply:
        return UnreadableReply(self.request, self._place(name), self.request_id)


def entries(page: Callable[[int], Reply], field: str, total: str, size: int) -> Iterator[Reply]:
    """Yield the entries that an action lists, page by page.

    Args:
        page: requests the page that begins after so many entries.
        field: the list's name in the reply.
        total: the name of the field that counts all entries.
        size: the most entries of a page.
    """
    seen = 0
    while True:
        reply = page(seen)
        found = reply.parts(field)
        yield from found
        seen += len(found)
        promised = reply.number(total)
        if not found or (seen >= promised if promised is not None else len(found) < size):
            return
