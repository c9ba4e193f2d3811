"""Jobs per card and results per card, and whether they are what they must be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from coslocal.ci.jobs import Job
from shared.callback_token import claimed_payload

# CI's own reasons after which a card may have another job.
PASSING = frozenset({"InternalError", "ServiceUnavailable", "ResourceDownloadFailed"})

Card = tuple[str, str]
"""A key and the version, as UserData names it: one version of a card."""


@dataclass(frozen=True)
class JobCount:
    """How many jobs CI accepted for each card, without those it failed for a passing reason."""

    by_card: Mapping[Card, int]
    failed: int

    @property
    def several(self) -> int:
        """Cards that had more than one."""
        return sum(count > 1 for count in self.by_card.values())

    def per_card(self, cards: int) -> float:
        """The mean over so many cards."""
        return sum(self.by_card.values()) / cards


def count_jobs(jobs: Iterable[Job]) -> JobCount:
    """Count every job that was accepted, whatever became of it."""
    by_card: Counter[Card] = Counter()
    failed = 0
    for job in jobs:
        if job.state == "Failed" and job.code in PASSING:
            failed += 1
        else:
            by_card[job.request.object_key, version_of(job)] += 1
    return JobCount(by_card, failed)


def version_of(job: Job) -> str:
    """The version a job was sent for, as its UserData says; empty where it says none."""
    claimed = claimed_payload(job.request.user_data)
    return claimed[1] if claimed else ""


def card_of(document: Mapping[str, Any], name: str) -> Card:
    """The card of a result; its version stands in its name."""
    return document["source"]["key"], name.rsplit(".", 2)[-2]


def results_by_card(results: Mapping[str, Mapping[str, Any]]) -> Counter[Card]:
    """How many results each card has, from the results by their names."""
    return Counter(card_of(document, name) for name, document in results.items())


def foreign(results: Iterable[Mapping[str, Any]], names: Mapping[str, str]) -> int:
    """How many results show another name than the one on the card of that key."""
    return sum(
        document["source"]["key"] in names
        and document["outcome"] == "recognised"
        and document["fields"]["name"] != names[document["source"]["key"]]
        for document in results
    )
