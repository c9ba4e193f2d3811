"""Data goes to standard output, alone; messages, progress and the log go to standard error."""

from __future__ import annotations

import json
import sys


def data(document: object) -> None:
    """Print a document as JSON, for programs."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")


def say(line: str) -> None:
    """Print a line for the person who waits."""
    sys.stderr.write(line + "\n")


def show(text: str) -> None:
    """Print what a person asked to see."""
    sys.stdout.write(text + "\n")
