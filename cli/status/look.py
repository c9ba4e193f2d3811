"""What a look at a deployment asks for: a bounded number of requests, however large the bucket."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeVar

from cli.bucket.documents import note_of
from cli.bucket.holds import Hold, holds_now
from cli.status.recent import RecentReader, RecentResults
from cli.status.recognition import CiQueue, Jobs, jobs_of_the_last_hour, queue_of
from shared.errors import JobServiceFault
from shared.jobs.service import CiJobService
from shared.pipeline.context import Context
from shared.pipeline.state import STATUS
from shared.store.layout import pending_folder
from shared.times import from_rfc3339, is_rfc3339

T = TypeVar("T")


class Oldest(NamedTuple):
    """The card that has been pending longest, as the last sweep saw it."""

    key: str
    version: str
    state: str
    age: float
    code: str | None
    refusal: str | None = None  # the refusal's class; "held" if nothing was sent


class LastSweep(NamedTuple):
    """What the last sweep wrote down. `age` is the seconds since."""

    age: float
    pending: dict[str, int]
    oldest: Oldest | None
    sending: str
    whole: bool


class StatusLook(NamedTuple):
    """A deployment at a moment.

    `listed_pending` are the pending objects on the first page of their listing, `more` whether
    there is another page. What CI wouldn't say is None, and `refused` is its Code. `jobs` and
    `results` are the last hour's; `results` is None if nobody wanted them.
    """

    at: float
    holds: list[Hold]
    sweep: LastSweep | None
    listed_pending: int
    more: bool
    queue: CiQueue | None
    jobs: Jobs | None
    refused: str | None
    results: RecentResults | None


def look(context: Context, service: CiJobService, reader: RecentReader) -> StatusLook:
    """Look once: three requests to COS, one more a hold, at most eleven to CI.

    The reader adds its own.

    Raises:
        StorageFault: COS couldn't be asked.
    """
    settings = context.settings
    page = context.store.list_objects(pending_folder(settings.output_prefix), None)
    queue, refused = _asked(lambda: queue_of(service, settings.queue_id or None))
    jobs = None
    if refused is None:
        jobs, refused = _asked(lambda: jobs_of_the_last_hour(service, settings, page.at))
    return StatusLook(
        at=page.at,
        holds=holds_now(context.store, settings.output_prefix),
        sweep=last_sweep(note_of(context, STATUS), page.at),
        listed_pending=len(page.objects),
        more=page.next is not None,
        queue=queue,
        jobs=jobs,
        refused=refused,
        results=reader.look(jobs, page.at),
    )


def last_sweep(document: Mapping[str, object], now: float) -> LastSweep | None:
    """Read status.json; None if it is absent, or none of ours."""
    at, pending = document.get("at"), document.get("pending")
    if not is_rfc3339(at) or not isinstance(pending, Mapping):
        return None
    counts = {str(name): count for name, count in pending.items() if isinstance(count, int)}
    return LastSweep(
        age=now - from_rfc3339(str(at)),
        pending=counts,
        oldest=_oldest(document.get("oldest")),
        sending=str(document.get("sending")),
        whole=document.get("whole") is True,
    )


def _oldest(document: object) -> Oldest | None:
    if not isinstance(document, Mapping):
        return None
    age, error = document.get("age_seconds"), document.get("error")
    return Oldest(
        key=str(document.get("key")),
        version=str(document.get("version")),
        state=str(document.get("state")),
        age=float(age) if isinstance(age, int) else 0.0,
        code=_text(error, "code"),
        refusal=_text(error, "class"),
    )


def _text(document: object, name: str) -> str | None:
    text = document.get(name) if isinstance(document, Mapping) else None
    return text if isinstance(text, str) else None


def _asked(ask: Callable[[], T]) -> tuple[T | None, str | None]:
    """Return CI's answer, or the Code of its fault, so that status can still show COS's part."""
    try:
        return ask(), None
    except JobServiceFault as fault:
        return None, fault.code
