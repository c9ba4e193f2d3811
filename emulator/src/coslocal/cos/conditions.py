"""What must hold of an object that is read or written, and moto doesn't check or checks in part."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

from coslocal.cos.errors import MESSAGES, CosError
from coslocal.cos.moto_s3 import epoch, is_archived
from coslocal.cos.own_objects import link_of

if TYPE_CHECKING:
    from moto.s3.models import FakeKey

_CUSTOMER_KEY: Final = "x-cos-server-side-encryption-customer-key-md5"
_RANGE: Final = re.compile(r"bytes=(\d{1,19})-(\d{1,19})", re.ASCII)
_PREFIX: Final = "x-cos-copy-source-if-"
_DAY_SECONDS: Final = 86_400


def check_source(source: FakeKey, headers: Mapping[str, str]) -> None:
    """Check what a copy demands of its source; `headers` by lower-case name.

    Raises:
        CosError: PreconditionFailed, InvalidRange for bytes that it hasn't, InvalidArgument for a
            date, or a range, that is none, or InvalidObjectState for what is archived.
    """
    if is_archived(source):
        raise CosError("InvalidObjectState", MESSAGES["InvalidObjectState"], 403)
    _check_range(source.size, headers.get("x-cos-copy-source-range"))
    for condition, holds in _CONDITIONS.items():
        value = headers.get(_PREFIX + condition)
        if value is not None and not holds(source, value):
            raise CosError("PreconditionFailed", f"{_PREFIX}{condition} does not hold.")


def keep_customer_key(stored: FakeKey, headers: Mapping[str, str]) -> None:
    """Note which key of the customer's an object was encrypted with, by its digest."""
    vars(stored)["customer_key"] = headers.get(_CUSTOMER_KEY)


def check_customer_key(stored: FakeKey, headers: Mapping[str, str]) -> None:
    """Check that who reads an object gives the key it was encrypted with.

    Raises:
        CosError: SsecDecryptHeaderInvalid.
    """
    if vars(stored).get("customer_key") not in (None, headers.get(_CUSTOMER_KEY)):
        raise CosError("SsecDecryptHeaderInvalid", "The object is encrypted with another key.")


def hindrance(stored: FakeKey) -> str | None:
    """Return why CI, which gives no key, can't read an object's content; None if it can."""
    if is_archived(stored):
        return "the object is archived, and was not restored"
    if link_of(stored) is not None:
        return "the object is a symbolic link, which is not followed here"
    if vars(stored).get("customer_key") is not None:
        return "the object is encrypted with a key that its reader must give"
    return None


def keep_retention(stored: FakeKey, now: float, days: int) -> None:
    """Note until when an object is kept as it is: what a bucket's lock said when it was created."""
    if days:
        vars(stored)["retained_until"] = now + days * _DAY_SECONDS


def retention_xml(stored: FakeKey) -> str:
    """Return until when an object is kept as it is (436/40135).

    No page names the error of one that was never locked; S3's is assumed.

    Raises:
        CosError: NoSuchObjectLockConfiguration.
    """
    until = vars(stored).get("retained_until")
    if until is None:
        raise CosError("NoSuchObjectLockConfiguration", "The object was never locked.", 404)
    moment = datetime.fromtimestamp(until, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    nodes = f"<Mode>COMPLIANCE</Mode><RetainUntilDate>{moment}</RetainUntilDate>"
    return f"<Retention>{nodes}</Retention>"


def check_retention(stored: FakeKey, now: float) -> None:
    """Check that an object may be overwritten or deleted.

    No page names the error of one that may not; S3's is assumed.

    Raises:
        CosError: AccessDenied.
    """
    if now < vars(stored).get("retained_until", now):
        raise CosError("AccessDenied", "The object is protected by object lock.")


def _check_range(size: int, text: str | None) -> None:
    if text is None:
        return
    match = _RANGE.fullmatch(text)
    if match is None:
        raise CosError("InvalidArgument", "x-cos-copy-source-range is written bytes=first-last.")
    if not int(match[1]) <= int(match[2]) < size:
        raise CosError("InvalidRange", f"The source has {size} bytes.")


def _has_etag(source: FakeKey, etag: str) -> bool:
    return bool(source.etag.strip('"') == etag.strip('"'))


def _changed_since(source: FakeKey, date: str) -> bool:
    try:
        since = parsedate_to_datetime(date).timestamp()
    except ValueError as error:
        raise CosError("InvalidArgument", "The date of a condition can't be read.") from error
    return int(epoch(source.last_modified)) > since  # dates of HTTP have whole seconds


_CONDITIONS: Final[Mapping[str, Callable[[FakeKey, str], bool]]] = {
    "match": _has_etag,
    "none-match": lambda source, etag: not _has_etag(source, etag),
    "modified-since": _changed_since,
    "unmodified-since": lambda source, date: not _changed_since(source, date),
}
