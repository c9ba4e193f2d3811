"""What became of the cards: their jobs and results, and whether these are what they must be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from coslocal.ci.jobs import Job
from shared.callback_token import claimed_payload
from tests.load.photos import WANTED, Photo, Version

# CI's own reasons after which a card may have another job.
PASSING = frozenset({"InternalError", "ServiceUnavailable", "ResourceDownloadFailed"})

Results = Mapping[Version, Mapping[str, Any]]


class JobCount(NamedTuple):
    """How many jobs CI accepted for each card, without those it failed for a passing reason."""

    by_card: Counter[Version]
    failed: int

    @property
    def several(self) -> int:
        """Cards that had more than one."""
        return sum(count > 1 for count in self.by_card.values())


def count_jobs(jobs: Iterable[Job]) -> JobCount:
    """Count every job that was accepted, whatever became of it."""
    by_card: Counter[Version] = Counter()
    failed = 0
    for job in jobs:
        if job.state == "Failed" and job.code in PASSING:
            failed += 1
        else:
            by_card[job.request.object_key, version_of(job)] += 1
    return JobCount(by_card, failed)


def version_of(job: Job) -> str:
    """The version a job was sent for, as its UserData says; empty if it says none."""
    claimed = claimed_payload(job.request.user_data)
    return claimed[1] if claimed else ""


def by_version(results: Mapping[str, Mapping[str, Any]]) -> Results:
    """Results by their cards, from results by their names: the version is in the name."""
    return {
        (document["source"]["key"], name.rsplit(".", 2)[-2]): document
        for name, document in results.items()
    }


def wrong_results(
    current: Mapping[str, Photo], results: Results, excuses: Collection[str]
) -> Counter[str]:
    """What photos have come to other than they must, and how often each.

    A photo that CI reads may have failed with a Code of `excuses`.
    """
    wrong: Counter[str] = Counter()
    for key, photo in current.items():
        result = results.get((key, photo.etag))
        if result is None:
            wrong[f"{photo.kind}: no result"] += 1
        elif not _is_as_wanted(photo, result, excuses):
            code = (result["error"] or {}).get("code")
            wrong[f"{photo.kind}: {result['outcome']} {code}"] += 1
    return wrong


def unmarked_foreign(names: Mapping[Version, str], results: Results) -> int:
    """How many results show another version's name and don't say that it may be another's."""
    return sum(
        result["outcome"] == "recognised"
        and card in names
        and result["fields"]["name"] != names[card]
        and not _is_marked(result)
        for card, result in results.items()
    )


def _is_marked(result: Mapping[str, Any]) -> bool:
    doubtful = {"name": "source.unchanged", "passed": False}
    return result["needs_review"] and any(
        doubtful.items() <= check.items() for check in result["checks"]
    )


def _is_as_wanted(photo: Photo, result: Mapping[str, Any], excuses: Collection[str]) -> bool:
    if result["outcome"] == WANTED[photo.kind]:
        return True
    is_excused = WANTED[photo.kind] in ("recognised", "nothing_found")
    return is_excused and (result["error"] or {}).get("code") in excuses
