"""Put one card in line: make a claim in state `waiting`, which sweep sends.

Backfill puts photos in line that never became pending. A rerun is `<etag>~<n>`, one more version of
a card beside the results that it has. Neither sends a job: only sweep does, through its gate.
"""

from __future__ import annotations

from enum import Enum

from shared.card import CardType
from shared.pipeline.claim import Claim, NoClaim, acquire_claim
from shared.pipeline.context import Context
from shared.pipeline.perform import first_attempt
from shared.store import Photo
from shared.store.layout import version_of_run


class Enqueued(Enum):
    """What came of putting a card in line."""

    ENQUEUED = "it is in line"
    TAKEN = "it is pending already, perhaps through another call"
    DONE = "it has a result"


def enqueue(
    context: Context, photo: Photo, *, run: int = 1, card_type: CardType | None = None
) -> Enqueued:
    """Put a photo in line, once: `run` 1 is backfill's, a higher one a rerun.

    `card_type` beats CARD_TYPE_RULES and the photo's metadata. A photo that no job can be sent for
    is put in line as well: sweep rejects it, as submit would have.

    Raises:
        StorageFault: COS didn't say whether it is in line; asking again does no harm.
        ConfigurationError: the bucket has versioning, so create-once is not enforced.
    """
    attempt = first_attempt(context, photo, "backfill" if run == 1 else "rerun")
    claim = acquire_claim(
        context,
        attempt._replace(
            state="waiting",
            version=version_of_run(photo.etag, run),
            card_type=card_type or attempt.card_type,
        ),
    )
    if isinstance(claim, Claim) or claim.reason is NoClaim.RELEASED:
        return Enqueued.ENQUEUED  # whether there is a result, sweep asks again
    return Enqueued.TAKEN if claim.reason is NoClaim.TAKEN else Enqueued.DONE
