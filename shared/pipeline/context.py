"""What the other modules work with: settings, COS, CI, the log and the clocks."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from shared.card import CARD_TYPES, CardType
from shared.documents import Deliverer, Evidence, EvidenceFormat, Source
from shared.jobs import JobService
from shared.log import Log
from shared.settings.load import Settings
from shared.store import Photo, Store
from shared.times import rfc3339


class Context(NamedTuple):
    """Settings, COS, CI, the log and the clocks.

    `now` gives Unix seconds. `monotonic` gives seconds that no clock change affects. `new_owner`
    gives a random name. `deliverer` is the running function. Each result names that function.
    """

    deliverer: Deliverer
    settings: Settings
    store: Store
    jobs: JobService
    log: Log
    now: Callable[[], float]
    monotonic: Callable[[], float]
    sleep: Callable[[float], None]
    new_owner: Callable[[], str]

    def at(self) -> str:
        """Return the present time, RFC 3339."""
        return rfc3339(self.now())

    def evidence(self, form: EvidenceFormat = "api", *, verified: bool = True) -> Evidence:
        """Return the evidence of an outcome as of now; `verified`: CI or COS confirmed it."""
        return Evidence(self.deliverer, form, verified, self.at())

    def card_type(self, photo: Photo) -> CardType | None:
        """Return the card type: by the photo's metadata, else by the rules. None if unknown.

        If COS denies the photo, its metadata is unknown, and so is the type.
        """
        if photo.problem == "denied":
            return None
        if photo.card_type is None:
            return self.settings.card_type_of(photo.key)
        return next((known for known in CARD_TYPES if known == photo.card_type), None)

    def source(self, photo: Photo) -> Source:
        """Return the member `source` for a photo of the input bucket."""
        return Source(
            bucket=self.settings.input_bucket,
            region=self.settings.region,
            key=photo.key,
            etag=photo.etag,
            size=photo.size,
            last_modified=photo.last_modified,
            version_id=photo.version_id,
        )
