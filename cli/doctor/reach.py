"""The buckets with what lies in them, for checks that go through both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

from cli.doctor.subject import Subject
from cli.doctor.verdict import Verdict, all_of, unchecked
from shared.errors import StorageFault
from shared.settings.load import Settings

Kind = Literal["photos", "state", "pending", "results", "deleted"]

_FORBIDDEN = 403


class Folder(NamedTuple):
    """A folder of the deployment: the photos, or what the functions write of them."""

    kind: Kind
    prefix: str


class Reach(NamedTuple):
    """A bucket with the folders that lie in it."""

    bucket: str
    folders: Sequence[Folder]


def reaches(settings: Settings) -> list[Reach]:
    """Return the buckets of a deployment: one, or the photos' and that of the results."""
    photos = Folder("photos", settings.input_prefix)
    kinds: tuple[Kind, ...] = ("state", "pending", "results", "deleted")
    written = [Folder(kind, f"{settings.output_prefix}{kind}/") for kind in kinds]
    if settings.input_bucket == settings.output_bucket:
        return [Reach(settings.output_bucket, [photos, *written])]
    return [Reach(settings.input_bucket, [photos]), Reach(settings.output_bucket, written)]


def each_bucket(subject: Subject, action: str, look: Callable[[Reach], Verdict]) -> Verdict:
    """Return what is found in both buckets. What the keys may not see is named with its action."""

    def looked(reach: Reach) -> Verdict:
        try:
            return look(reach)
        except StorageFault as fault:
            if fault.status != _FORBIDDEN:
                raise
            return unchecked(
                f"{reach.bucket} doesn't show it: the API key's owner lacks {action}, or its "
                f"policy denies it ({fault.code})"
            )

    return all_of([looked(reach) for reach in reaches(subject.settings)])
