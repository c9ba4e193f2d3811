"""What the page shows of a card: its state, its steps with their times, its documents. No I/O."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from coslocal.ci.jobs import Job
from local.page.bucket import Document
from local.page.cards import Card


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
