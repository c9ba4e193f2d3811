"""`GET /` of the service: which buckets there are (GET Service, 436/8291)."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timezone
from typing import Final, NamedTuple

from coslocal.cos.acl import OWNER
from coslocal.cos.errors import CosError
from coslocal.cos.listing import node, number

MAX_BUCKETS: Final = 2000
_COMPARED: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
}


class ListedBucket(NamedTuple):
    """A bucket; `created` in Unix seconds."""

    name: str
    region: str
    created: float
    tags: Mapping[str, str]


def list_buckets(
    parameter: Callable[[str], str | None], region: str | None, buckets: Iterable[ListedBucket]
) -> str:
    """Return the document of the buckets that are asked for.

    Args:
        parameter: Returns one of the query's by name.
        region: That of the host, None if it is for all.
        buckets: All there are, by name.

    Raises:
        CosError: InvalidArgument for a filter that can't be read.
    """
    most = number("max-keys", parameter("max-keys"), MAX_BUCKETS)
    found = list(_filtered(parameter, region, buckets))
    page = found[:most]
    marker = node("Marker", parameter("marker") or "")
    more = node("NextMarker", page[-1].name) if page and len(found) > len(page) else ""
    truncated = node("IsTruncated", "true" if more else "false")
    owner = node("ID", OWNER) + node("DisplayName", OWNER.rpartition("/")[2])
    listed = "".join(_bucket(one) for one in page)
    return (
        "<?xml version='1.0' encoding='utf-8' ?>\n"
        f"<ListAllMyBucketsResult><Owner>{owner}</Owner>{marker}{more}{truncated}"
        f"<Buckets>{listed}</Buckets></ListAllMyBucketsResult>"
    )


def _filtered(
    parameter: Callable[[str], str | None], region: str | None, buckets: Iterable[ListedBucket]
) -> Iterator[ListedBucket]:
    regions: Sequence[str | None] = [one for one in (region, parameter("region")) if one]
    tag = (parameter("tagkey"), parameter("tagvalue"))
    compared = _since(parameter("range"), parameter("create-time"))
    for one in buckets:
        if (
            all(wanted == one.region for wanted in regions)
            and (tag == (None, None) or tag in one.tags.items())
            and one.name > (parameter("marker") or "")
            and compared(one.created)
        ):
            yield one


def _since(comparison: str | None, moment: str | None) -> Callable[[float], bool]:
    if not comparison and not moment:
        return lambda _: True
    compare = _COMPARED.get(comparison or "")
    if compare is None or not moment or not (moment.isascii() and moment.isdigit()):
        raise CosError(
            "InvalidArgument", "range is lt, lte, gt or gte, and create-time a number of seconds."
        )
    seconds = int(moment[:18])
    return lambda created: compare(int(created), seconds)


def _bucket(one: ListedBucket) -> str:
    moment = datetime.fromtimestamp(one.created, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    nodes = {"Name": one.name, "Location": one.region, "CreationDate": moment, "BucketType": "cos"}
    return f"<Bucket>{''.join(node(name, text) for name, text in nodes.items())}</Bucket>"
