"""Prints plain lines for the demo, in colour on a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from rich.console import Console
from rich.text import Text

from local.demo.bucket import Card, Result
from local.page.cards import masked
from local.recognition.truth import Truth

_STYLES: Final = {
    "recognised": "green",
    "nothing_found": "yellow",
    "failed": "red",
    "rejected": "red",
}


class Display:
    """Writes to a console. Without `reveal` it masks values, since they may be real people's."""

    def __init__(self, console: Console, *, reveal: bool) -> None:
        self._console = console
        self._reveal = reveal

    def say(self, text: str) -> None:
        """Write one line as it is."""
        self._console.print(Text(text), soft_wrap=True)

    def progress(self, done: int, total: int, result: Result) -> None:
        """Write that one more card has its result, or had none in time."""
        outcome = result.body["outcome"] if result.body else "no result"
        key = printable(result.upload.card.key)
        self.say(f"  {done:>{len(str(total))}} of {total}  {outcome:<13}  {key}")

    def card(self, result: Result, pending: Mapping[str, Any] | None) -> None:
        """Write a card's outcome, its fields, and the key of its result."""
        self.say("")
        if result.body is None:
            self._headline(result.upload.card, "no result", "red")
            self.say(f"  {_why_pending(pending)}")
            return
        outcome = result.body["outcome"]
        review = ", needs review" if result.body["needs_review"] else ""
        self._headline(result.upload.card, f"{outcome}{review}", _STYLES.get(outcome, ""))
        if result.body["error"]:
            self.say(f"  {result.body['error']['code']}: {result.body['error']['message']}")
        if outcome == "recognised":
            self._fields(result.body["fields"], result.upload.card.truth)
        for check in result.body["checks"]:
            if not check["passed"]:
                self.say(f"  check {check['name']} failed")
        self.say(f"  {printable(result.upload.result_key)}")

    def not_uploaded(self, card: Card, reason: str) -> None:
        """Write that a file could not be uploaded, and why."""
        self.say("")
        self._headline(card, "not uploaded", "red")
        self.say(f"  {reason}")

    def summary(self, results: Sequence[Result], jobs: int, seconds: float) -> None:
        """Write the totals."""
        outcomes = Counter(result.body["outcome"] for result in results if result.body)
        without = sum(result.body is None for result in results)
        counted = [f"{count} {outcome}" for outcome, count in sorted(outcomes.items())]
        counted += [f"{without} without a result"] if without else []
        self.say("")
        took = f"{_counted(len(results), 'upload')}, {_counted(jobs, 'job')}, {seconds:.1f} s"
        self.say(f"{took}: {', '.join(counted)}")
        self._agreement(results)

    def _agreement(self, results: Sequence[Result]) -> None:
        readable = [
            (result.body, truth)
            for result in results
            if (truth := result.upload.card.truth) is not None and truth.readable
        ]
        total = sum(len(truth.fields) for _, truth in readable)
        if not total:
            return
        right = sum(
            (body or {}).get("fields", {}).get(name) == value
            for body, truth in readable
            for name, value in truth.fields.items()
        )
        self.say(
            f"{right} of {total} fields of the readable specimens agree exactly with the truth "
            f"({100 * right / total:.1f} %)"
        )

    def _headline(self, card: Card, outcome: str, style: str) -> None:
        line = Text(f"{printable(card.key)}  ", style="bold")
        self._console.print(line.append(outcome, style=style), soft_wrap=True)

    def _fields(self, fields: Mapping[str, str | None], truth: Truth | None) -> None:
        width = max(map(len, fields))
        for name, value in fields.items():
            shown = "-" if value is None else value if self._reveal else masked(value)
            line = Text(f"  {name:<{width}}  {shown}")
            expected = truth.fields.get(name) if truth else None
            if truth is not None and value != expected:
                line.append(f"  (truth: {expected or '-'})", style="yellow")
            self._console.print(line, soft_wrap=True)


def printable(key: str) -> str:
    """Return a key in which characters that a terminal could act on are escaped."""
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in key)


def _why_pending(pending: Mapping[str, Any] | None) -> str:
    if pending is None:
        return "neither a result nor a pending object: its event has not arrived"
    error = pending["error"]
    reason = f", {error['code']}" if error else ""
    return f"pending: {pending['state']}{reason}, attempt {pending['attempt']}"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
