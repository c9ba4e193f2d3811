"""Parts of a recorded session, for a page that has no room for all of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple


class Shown(NamedTuple):
    """How many lines of a command's output are shown, from its beginning and from its end."""

    first: int
    last: int


ALL = Shown(first=1000, last=0)


def outputs(transcript: str) -> dict[str, list[str]]:
    """The lines that each command printed, by the command as it was typed."""
    parts = re.split(r"^\$ (.+)\n", transcript, flags=re.MULTILINE)[1:]
    return {
        command: text.strip("\n").splitlines()
        for command, text in zip(parts[::2], parts[1::2], strict=True)
    }


def excerpt(transcript: str, commands: Mapping[str, Shown]) -> str:
    """Commands of a transcript, each with what is to be shown of its output.

    Raises:
        KeyError: the transcript has no such command.
    """
    printed = outputs(transcript)
    return "\n".join(
        "\n".join([f"$ {command}", *shortened(printed[command], shown)])
        for command, shown in commands.items()
    )


def shortened(lines: list[str], shown: Shown) -> list[str]:
    """The first and the last lines, with a mark where more than one is left out between them."""
    if len(lines) <= shown.first + shown.last + 1:
        return lines
    return [*lines[: shown.first], "…", *lines[len(lines) - shown.last :]]
