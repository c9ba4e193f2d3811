"""A section of serverless.yml: a mapping of the plugin's document, read key by key."""

from __future__ import annotations

from collections.abc import Iterator

from deploy.errors import WrongConfiguration


class Section:
    """A mapping in serverless.yml. An empty value counts as absent.

    Every method raises WrongConfiguration if the value is of the wrong kind.
    """

    def __init__(self, where: str, value: object) -> None:
        if not isinstance(value, dict):
            raise WrongConfiguration(
                where or "standard input", "is not a mapping; write keys and values below it"
            )
        self.where = where
        self._values: dict[str, object] = value

    def expect(self, *names: str) -> Section:
        """Refuse any other key, which must be a typo. Return the section itself."""
        for name in self.names():
            if name not in names:
                choice = ", ".join(sorted(names))
                raise WrongConfiguration(
                    self.place(name), f"is not a key here; there can be {choice}"
                )
        return self

    def place(self, name: str) -> str:
        """Return the path of a key."""
        return f"{self.where}.{name}" if self.where else name

    def get(self, name: str) -> object:
        """Return the value. Return None if it is absent."""
        value = self._values.get(name)
        return None if value == "" else value

    def text(self, name: str, advice: str) -> str:
        """Return a text; `advice` says what to write if it is missing."""
        value = self.optional_text(name)
        if not value:
            raise self._missing(name, advice)
        return value

    def optional_text(self, name: str) -> str:
        """Return a text, or a number or boolean as YAML writes it; empty if it is absent."""
        value = self.get(name)
        if isinstance(value, bool):
            return str(value).lower()
        if value is not None and not isinstance(value, str | int | float):
            raise WrongConfiguration(self.place(name), "is not a text; write one value")
        return "" if value is None else str(value)

    def whole(self, name: str, advice: str) -> int:
        """Return a whole number; `advice` says what to write if it is missing."""
        value = self.optional_whole(name)
        if value is None:
            raise self._missing(name, advice)
        return value

    def optional_whole(self, name: str) -> int | None:
        """Return a whole number. Return None if it is absent."""
        value = self.get(name)
        if value is None:
            return None
        if isinstance(value, str) and value.isascii() and value.isdigit():
            return int(value)  # it comes from an environment variable, which is always text
        if isinstance(value, bool) or not isinstance(value, int):
            raise WrongConfiguration(self.place(name), f"is {value!r}; write a whole number")
        return value

    def section(self, name: str) -> Section:
        """Return a mapping; an empty one if it is absent."""
        value = self.get(name)
        return Section(self.place(name), {} if value is None else value)

    def items(self, name: str) -> Iterator[tuple[str, object]]:
        """Yield the entries of a list with the path of each; none if the list is absent."""
        value = self.get(name)
        if value is not None and not isinstance(value, list):
            raise WrongConfiguration(
                self.place(name), "is not a list; write `- ` before each entry"
            )
        for position, item in enumerate(value or []):
            yield f"{self.place(name)}.{position}", item

    def names(self) -> tuple[str, ...]:
        """Return the keys as they were written."""
        return tuple(str(name) for name in self._values)

    def _missing(self, name: str, advice: str) -> WrongConfiguration:
        return WrongConfiguration(self.place(name), f"is missing; {advice}")
