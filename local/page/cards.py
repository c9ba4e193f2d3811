"""Makes a card of all objects about one version of a photo, and what the page shows of it. No I/O.

That is its state, its steps with their times, and its documents, with values masked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from coslocal.ci.jobs import Job
from local.page.bucket import Document, Entry, OutputName, Version, identifier, version_in_names


@dataclass
class Card:
    """One version of a photo, and all objects about it.

    Attributes:
        photo: The object itself; None if it is gone or has been replaced.
        pending: Its pending objects, by run and attempt.
        results: Its results, by run.
    """

    version: Version
    photo: Entry | None = None
    pending: dict[tuple[int, int], Document] = field(default_factory=dict)
    results: dict[int, Document] = field(default_factory=dict)

    @property
    def identifier(self) -> str:
        """The card's name in the page's URLs."""
        return identifier(self.version)

    @property
    def has_ended(self) -> bool:
        """Whether it has a result, and no newer run is pending."""
        return self.newest_pending is None and self.newest_result is not None

    @property
    def latest(self) -> dict[str, Any] | None:
        """The newest body: the newest pending object's, else the newest result's."""
        document = self.newest_pending or self.newest_result
        return document.body if document else None

    @property
    def newest_result(self) -> Document | None:
        """The result of the highest run."""
        return self.results[max(self.results)] if self.results else None

    @property
    def newest_pending(self) -> Document | None:
        """The pending object of a run that has no result, its last attempt."""
        waiting = [place for place in self.pending if place[0] not in self.results]
        return self.pending[max(waiting)] if waiting else None

    @property
    def key(self) -> str:
        """The photo's key; if no object tells it, the form that names have."""
        if self.photo is not None:
            return self.photo.name
        source = (self.latest or {}).get("source") or {}
        return str(source.get("key") or self.version.key)


def cards_of(
    photos: Iterable[Entry],
    pending: Iterable[tuple[OutputName, Document]],
    results: Iterable[tuple[OutputName, Document]],
) -> dict[str, Card]:
    """Return every card by its identifier, with those of its objects that are there."""
    cards: dict[Version, Card] = {}

    def card(version: Version) -> Card:
        return cards.setdefault(version, Card(version))

    for entry in photos:
        card(version_in_names(entry.name, entry.etag)).photo = entry
    for name, document in pending:
        card(name.version).pending[name.run, name.attempt] = document
    for name, document in results:
        card(name.version).results[name.run] = document
    return {one.identifier: one for one in cards.values()}


@dataclass(frozen=True)
class Moments:
    """The times of steps, which the bucket doesn't tell.

    Attributes:
        created: When an object was created, by its name, in Unix seconds.
        jobs: CI's jobs by JobId.
        pending_folder: The folder of the claims.
    """

    created: Callable[[str], float | None]
    jobs: Mapping[str, Job]
    pending_folder: str

    def job_of(self, body: Mapping[str, Any]) -> Job | None:
        """Return the job that a pending object or a result names."""
        return self.jobs.get(str(body.get("job_id") or (body.get("job") or {}).get("id")))

    def claim(self, card: Card) -> float | None:
        """Return when the newest run's first claim was made, even if it is deleted since."""
        run = max((*(run for run, _ in card.pending), *card.results), default=1)
        version = card.version.etag if run == 1 else f"{card.version.etag}~{run}"
        return self.created(f"{self.pending_folder}{card.version.key}.{version}.0001.json")


def summary(card: Card, moments: Moments, samples: frozenset[str]) -> dict[str, Any]:
    """Return what the list shows of a card, JSON without any of its values.

    `samples` are the ETags of the repository's own specimens.
    """
    body = card.latest or {}
    job = moments.job_of(body)
    return {
        "id": card.identifier,
        "key": card.key,
        "etag": card.version.etag,
        "size": card.photo.size if card.photo else None,
        "present": card.photo is not None,
        "sample": card.version.etag in samples,
        "card_type": body.get("card_type"),
        "state": state_of(card, moments),
        "ended": card.has_ended,
        "needs_review": bool(body.get("needs_review")),
        "error": _reason(body),
        "job_state": job.state if job else None,
        "steps": steps_of(card, moments),
    }


def detail(card: Card, *, mask: bool) -> dict[str, Any]:
    """Return a card's documents, the newest first; with `mask`, without the values of results."""
    results = [card.results[run] for run in sorted(card.results, reverse=True)]
    pending = [card.pending[place] for place in sorted(card.pending, reverse=True)]
    return {
        "id": card.identifier,
        "results": [_shown(document, mask=mask) for document in results],
        "pending": [_shown(document, mask=False) for document in pending],
    }


def state_of(card: Card, moments: Moments) -> str:
    """Return a card's state.

    It is the outcome if there is one, else the last step, else `waiting` or `unknown`.
    """
    body = card.latest
    if body is None:
        return "unreadable" if card.pending or card.results else "uploaded"
    if card.has_ended:
        return str(body.get("outcome"))
    job = moments.job_of(body)
    state = str(body.get("state"))
    return "recognised_by_ci" if state == "submitted" and job and job.ended else state


def steps_of(card: Card, moments: Moments) -> dict[str, float | None]:
    """Return the steps that a card has done, in Unix seconds; None if the time is unknown."""
    job = moments.job_of(card.latest or {})
    claimed = moments.claim(card)
    steps: dict[str, float | None] = {"uploaded": moments.created(card.key)}
    if claimed is not None or card.pending:
        steps["claimed"] = claimed
    if job is not None:
        steps["submitted"] = job.created_at
        if job.ended:
            steps["recognised"] = job.ended_at
    if card.has_ended and card.newest_result is not None:
        steps["result"] = moments.created(card.newest_result.name)
    return steps


def _shown(document: Document, *, mask: bool) -> dict[str, Any]:
    body = document.body
    return {"name": document.name, "body": masked_result(body) if mask and body else body}


def masked_result(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return a result whose values show only their length and at most one character."""
    hidden = dict(body)
    hidden["fields"] = {
        name: value and masked(str(value)) for name, value in (body.get("fields") or {}).items()
    }
    hidden["items"] = [
        {**item, "text": item.get("text") and masked(str(item["text"]))}
        for item in body.get("items") or []
    ]
    return hidden


def masked(value: str) -> str:
    """Return a value of which only the length shows, and the first character if it has more."""
    return value[0] + "*" * (len(value) - 1) if len(value) > 1 else "*"


def _reason(body: Mapping[str, Any]) -> dict[str, Any] | None:
    error = body.get("error")
    if not isinstance(error, Mapping):
        return None
    return {"code": error.get("code"), "message": error.get("message")}
