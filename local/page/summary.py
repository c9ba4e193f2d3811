"""What the page shows of a card: where it stands, when it got there, and its documents. No I/O."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from coslocal.ci.jobs import Job
from local.page.bucket import Document
from local.page.cards import Card

Hide = Callable[[Mapping[str, Any]], dict[str, Any]]
"""Takes the values out of a result."""


@dataclass(frozen=True)
class Moments:
    """What the bucket alone doesn't tell: when things happened.

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
        """Return when the newest run's first claim was made; it may be deleted since."""
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


def detail(card: Card, hide: Hide | None) -> dict[str, Any]:
    """Return a card's documents, the newest first, whole where `hide` is None."""
    results = [card.results[run] for run in sorted(card.results, reverse=True)]
    pending = [card.pending[place] for place in sorted(card.pending, reverse=True)]
    return {
        "id": card.identifier,
        "results": [_shown(document, hide) for document in results],
        "pending": [_shown(document, None) for document in pending],
    }


def state_of(card: Card, moments: Moments) -> str:
    """Return where a card stands.

    Its outcome where it has one, else the last step it made, else `waiting` or `unknown`.
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
    """Return the steps a card has behind it, in Unix seconds, None if nobody saw when."""
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


def _shown(document: Document, hide: Hide | None) -> dict[str, Any]:
    body = document.body
    return {"name": document.name, "body": hide(body) if hide and body else body}


def _reason(body: Mapping[str, Any]) -> dict[str, Any] | None:
    error = body.get("error")
    if not isinstance(error, Mapping):
        return None
    return {"code": error.get("code"), "message": error.get("message")}
