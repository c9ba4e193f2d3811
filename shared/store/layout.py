"""The names of the objects we write, below OUTPUT_PREFIX (`P`).

    P pending/{key}.{version}.{attempt}.json    an attempt: its claim, and what became of it
    P results/{key}.{version}.json              the outcome of a version of a card
    P reviews/{key}.{version}.{number}.json     a review: a person's decision about that result
    P deleted/{date}/{id}.json                  who deleted what
    P seals/{n}.json                            a seal: its period, and the list of its parts
    P seals/{n}/{sha256}.ndjson.gz              a part of a seal: one line per object
    P state/holds/budget.{date}.json            the day's jobs are used up

`version` is the photo's ETag without quotes; for rerun n ≥ 2, it is `<etag>~<n>`. `attempt` and
`number` have four digits and begin with 0001. The `n` of a seal begins with 1. If a key has more
than 700 UTF-8 bytes or begins with `~/`, the name has `~/<sha256 of the key, hex>` in its place, so
that no name exceeds COS's 850 bytes. The body has the real key.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import NamedTuple

from shared.callback_token import VERSION_PATTERN
from shared.times import is_rfc3339

MAX_KEY_BYTES = 700
MAX_ATTEMPT = 9999
MAX_REVIEW = 9999

_RESULT = re.compile(rf"(?P<key>.+)\.(?P<version>{VERSION_PATTERN})\.json", re.DOTALL)
_PENDING = re.compile(
    rf"(?P<key>.+)\.(?P<version>{VERSION_PATTERN})\.(?P<attempt>[0-9]{{4}})\.json", re.DOTALL
)
_REVIEW = re.compile(
    rf"(?P<key>.+)\.(?P<version>{VERSION_PATTERN})\.(?P<number>[0-9]{{4}})\.json", re.DOTALL
)
_SEAL = re.compile(r"([1-9][0-9]{0,8})\.json")
_BUDGET = re.compile(r"budget\.([0-9]{4}-[0-9]{2}-[0-9]{2})\.json")


class ResultName(NamedTuple):
    """What a result's name says; `key` may be the shortened form."""

    key: str
    version: str


class PendingName(NamedTuple):
    """What a pending object's name says; `key` may be the shortened form."""

    key: str
    version: str
    attempt: int


class ReviewName(NamedTuple):
    """What a review's name says; `key` may be the shortened form, `number` counts from 1."""

    key: str
    version: str
    number: int


def pending_folder(prefix: str) -> str:
    """Return the folder of the pending objects."""
    return f"{prefix}pending/"


def results_folder(prefix: str) -> str:
    """Return the folder of the results."""
    return f"{prefix}results/"


def reviews_folder(prefix: str) -> str:
    """Return the folder of the reviews."""
    return f"{prefix}reviews/"


def deleted_folder(prefix: str) -> str:
    """Return the folder of the deletion records."""
    return f"{prefix}deleted/"


def seals_folder(prefix: str) -> str:
    """Return the folder of the seals."""
    return f"{prefix}seals/"


def holds_folder(prefix: str) -> str:
    """Return the folder of the holds. A hold closes the gate; a budget's only on its date."""
    return f"{prefix}state/holds/"


def budget_hold_name(prefix: str, date: str) -> str:
    """Return the name of the hold of a day (`2026-01-31`) whose jobs are used up."""
    return f"{holds_folder(prefix)}budget.{date}.json"


def date_of_budget(name: str) -> str | None:
    """Return the date of a budget's hold, None for other holds. `name` has no folder.

    If the date isn't in the calendar, as in `budget.2026-02-30.json`, it is an ordinary hold.
    """
    match = _BUDGET.fullmatch(name)
    return match[1] if match and is_rfc3339(f"{match[1]}T00:00:00Z") else None


def result_name(prefix: str, key: str, version: str) -> str:
    """Return the name of the result of a version of a card."""
    return f"{results_folder(prefix)}{name_of_key(key)}.{version}.json"


def pending_name(prefix: str, key: str, version: str, attempt: int) -> str:
    """Return the name of an attempt's pending object."""
    return f"{pending_folder(prefix)}{name_of_key(key)}.{version}.{attempt:04d}.json"


def review_name(prefix: str, key: str, version: str, number: int) -> str:
    """Return the name of a review of the result of a version of a card."""
    return f"{reviews_folder(prefix)}{name_of_key(key)}.{version}.{number:04d}.json"


def deletion_name(prefix: str, date: str, digests: Sequence[str]) -> str:
    """Return the name of a deletion record. `date` is `2026-01-31`.

    `digests` are the SHA-256 of the names of the deleted objects; sweep adds JobIds.
    They make the name differ from the names of the day's other records.
    """
    digest = hashlib.sha256("\n".join(sorted(digests)).encode()).hexdigest()
    return f"{deleted_folder(prefix)}{date}/{digest[:32]}.json"


def seal_name(prefix: str, number: int) -> str:
    """Return the name of a seal; `number` counts from 1."""
    return f"{seals_folder(prefix)}{number}.json"


def seal_part_name(prefix: str, number: int, sha256: str) -> str:
    """Return the name of a part of a seal; `sha256` is that of the part, in hex."""
    return f"{seals_folder(prefix)}{number}/{sha256}.ndjson.gz"


def parse_seal_name(prefix: str, name: str) -> int | None:
    """Return the number of a seal. Return None if the name isn't a seal's."""
    match = _below(seals_folder(prefix), name, _SEAL)
    return int(match[1]) if match else None


def name_sha256(name: str) -> str:
    """Return the SHA-256 of an object's whole name, in hex: deletion records and seals hold it."""
    return hashlib.sha256(name.encode()).hexdigest()


def behind(name: str) -> str:
    """Return the last name, in a listing's order, that an attempt of the same card can have."""
    return f"{name[: -len('0001.json')]}{MAX_ATTEMPT}.json"


def name_of_key(key: str) -> str:
    """Return the form of a photo's key in our objects' names: the key, or `~/` and its SHA-256."""
    encoded = key.encode()
    if len(encoded) > MAX_KEY_BYTES or key.startswith("~/"):
        return f"~/{hashlib.sha256(encoded).hexdigest()}"
    return key


def parse_result_name(prefix: str, name: str) -> ResultName | None:
    """Parse a result's name from its end, since a key can hold anything. Return None for others."""
    match = _below(results_folder(prefix), name, _RESULT)
    return ResultName(match["key"], match["version"]) if match else None


def parse_pending_name(prefix: str, name: str) -> PendingName | None:
    """Parse a pending object's name from its end. Return None for other names."""
    match = _below(pending_folder(prefix), name, _PENDING)
    return PendingName(match["key"], match["version"], int(match["attempt"])) if match else None


def parse_review_name(prefix: str, name: str) -> ReviewName | None:
    """Parse a review's name from its end. Return None for other names."""
    match = _below(reviews_folder(prefix), name, _REVIEW)
    if match is None or not int(match["number"]):
        return None
    return ReviewName(match["key"], match["version"], int(match["number"]))


def _below(folder: str, name: str, pattern: re.Pattern[str]) -> re.Match[str] | None:
    return pattern.fullmatch(name[len(folder) :]) if name.startswith(folder) else None


def is_folder(key: str, size: int) -> bool:
    """Return whether an object of the input bucket is a folder marker of COS's console."""
    return size == 0 and key.endswith("/")


def etag_of(version: str) -> str:
    """Return the photo's ETag: the version without the `~<n>` of a rerun."""
    return version.partition("~")[0]


def run_of(version: str) -> int:
    """Return the number of a version's run: 1 for `<etag>`, n for `<etag>~<n>`."""
    return int(version.partition("~")[2] or 1)


def version_of_run(etag: str, run: int) -> str:
    """Return the version of a run of a photo: its ETag for run 1, else `<etag>~<run>`."""
    return etag if run == 1 else f"{etag}~{run}"
