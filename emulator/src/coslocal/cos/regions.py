"""Which regions are served, and which bucket is in which."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from coslocal.cos.errors import CosError
from coslocal.cos.hosts import Address


class Regions:
    """The regions of one COS, the first of which is meant if nobody names one.

    A bucket's name is taken in all regions, and its host is of its own only.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self.names = tuple(dict.fromkeys(names))
        self._homes: dict[str, str] = {}

    @property
    def first(self) -> str:
        """The region that is meant if nobody names one."""
        return self.names[0]

    def of(self, address: Address) -> str:
        """Return the region that a request is for.

        Raises:
            CosError: NoSuchBucket for a region that isn't served.
        """
        if address.region is None:
            return self.home(address.bucket)
        if address.region not in self.names:
            raise CosError("NoSuchBucket", f"This is COS of {', '.join(self.names)}.")
        return address.region

    def home(self, bucket: str | None) -> str:
        """Return a bucket's region; that of one that isn't there is the first."""
        return self._homes.get(bucket or "", self.first)

    def buckets(self) -> Iterator[tuple[str, str]]:
        """Yield every bucket with its region, by name."""
        yield from sorted(self._homes.items())

    def settle(self, bucket: str, region: str) -> None:
        """Note that a bucket was created."""
        self._homes[bucket] = region

    def forget(self, bucket: str | None = None) -> None:
        """Note that a bucket was deleted; every bucket if None."""
        if bucket is None:
            self._homes.clear()
        else:
            self._homes.pop(bucket, None)
