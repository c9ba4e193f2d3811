"""Settings of a bucket that are kept as they came and given back; only object lock has an effect.

Codes are those of the error code page (436/7730). Where no page says how COS answers for a setting
that was never made, an empty document stands for it.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from coslocal.cos.errors import CosError
from coslocal.cos.listing import node

if TYPE_CHECKING:
    from coslocal.cos.requests import CosRequest


class _Setting(NamedTuple):
    """How a setting is answered for that was never made: with an error, or an empty document.

    Of settings with an id a bucket has many; `listed` is the name of the document of all.
    """

    code: str = ""
    empty: str = ""
    listed: str = ""


POLICY: Final = "policy"
"""The one setting that is JSON."""
CERTIFICATE: Final = "domaincertificate"
"""The certificates of a bucket's own domains: one document names the domains that it is for."""

_SETTINGS: Final[Mapping[str, _Setting]] = {
    "accelerate": _Setting(empty="AccelerateConfiguration"),
    "domain": _Setting(code="DomainConfigNotFoundError"),
    CERTIFICATE: _Setting(code="DomainCertificateNotFoundError"),
    "intelligent-tiering": _Setting(
        code="NoSuchConfiguration", listed="ListBucketIntelligentTieringConfigurationsOutput"
    ),
    "intelligenttiering": _Setting(empty="IntelligentTieringConfiguration"),
    "inventory": _Setting(
        code="InventoryConfigurationNotFoundError", listed="ListInventoryConfigurationResult"
    ),
    "lifecycle": _Setting(code="NoSuchLifecycleConfiguration"),
    "logging": _Setting(empty="BucketLoggingStatus"),
    "object-lock": _Setting(code="NoSuchObjectLockConfiguration"),
    "origin": _Setting(code="OriginConfigurationNotFoundError"),
    POLICY: _Setting(code="NoSuchBucketPolicy"),
    "referer": _Setting(empty="RefererConfiguration"),
    "replication": _Setting(code="ReplicationConfigurationNotFoundError"),
    "response-control": _Setting(empty="ResponseControlConfiguration"),
}
NAMES: Final = frozenset(_SETTINGS)

_PAGE: Final = 100
"""How many settings of a kind are listed at once (of inventories, 436/30627)."""

_DOMAIN_NAME: Final = re.compile(rb"<DomainName>\s*([^<]*?)\s*</DomainName>")
_HAS_CERTIFICATE: Final = b"<DomainCertificate><Status>ENABLED</Status></DomainCertificate>"
"""What is told of a certificate, and never its private key, as the official SDKs read it."""

_DAYS: Final = re.compile(rb"<Days>\s*(\d{1,5})\s*</Days>")


class BucketSettings:
    """The settings of all buckets, by bucket, name and id."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str, str], bytes] = {}

    def forget(self, bucket: str | None = None) -> None:
        """Forget what was set of a bucket that is deleted; of every bucket where None."""
        self._kept = {
            name: body for name, body in self._kept.items() if bucket not in (None, name[0])
        }

    def retention_days(self, bucket: str) -> int:
        """Return for how many days what is created from now on is kept as it is (436/55290)."""
        days = _DAYS.search(self._kept.get((bucket, "object-lock", ""), b""))
        return int(days[1]) if days else 0

    def carry_out(self, bucket: str, name: str, request: CosRequest) -> bytes:
        """Keep, return or forget a setting, as the request's method says; returns the body.

        Raises:
            CosError: The setting isn't there, or can't be read.
        """
        if name == CERTIFICATE:
            return self._certificate(bucket, request)
        place = (bucket, name, request.parameter("id") or "")
        if request.method == "PUT" and request.body:
            if name == POLICY:
                _check_policy(request.body)
            self._kept[place] = request.body
            return b""
        if request.method in ("PUT", "DELETE"):  # the SDK deletes referer rules by an empty PUT
            self._kept.pop(place, None)
            return b""
        if request.method != "GET":
            raise CosError("MethodNotAllowed", f"{name} can't be asked for so.")
        if _SETTINGS[name].listed and request.parameter("id") is None:
            return self._list(bucket, name, request.parameter("continuation-token"))
        return self._kept.get(place) or _absent(_SETTINGS[name])

    def _certificate(self, bucket: str, request: CosRequest) -> bytes:
        """Note which domains have a certificate; the certificate itself isn't kept."""
        if request.method == "PUT":
            names = _DOMAIN_NAME.findall(request.body)
            if not all(names) or not names:
                raise CosError("MalformedXML", "The document names no domain.")
            self._kept |= {(bucket, CERTIFICATE, one.decode()): _HAS_CERTIFICATE for one in names}
            return b""
        place = (bucket, CERTIFICATE, request.parameter("domainname") or "")
        if request.method == "DELETE":
            self._kept.pop(place, None)
            return b""
        return self._kept.get(place) or _absent(_SETTINGS[CERTIFICATE])

    def _list(self, bucket: str, name: str, token: str | None) -> bytes:
        """Return a page of the settings with an id, those after the id that a token stands for."""
        after = _id_of(token) if token else ""
        ids = sorted(place[2] for place in self._kept if place[:2] == (bucket, name))
        left = [one for one in ids if one > after]
        page, root = left[:_PAGE], _SETTINGS[name].listed
        found = b"".join(_elements(self._kept[bucket, name, one] for one in page))
        nodes = node("ContinuationToken", token) if token else ""
        nodes += node("IsTruncated", "true" if len(left) > len(page) else "false")
        if len(left) > len(page):
            nodes += node("NextContinuationToken", base64.b64encode(page[-1].encode()).decode())
        return f"<{root}>".encode() + found + f"{nodes}</{root}>".encode()


def _id_of(token: str) -> str:
    try:
        return base64.b64decode(token, validate=True).decode()
    except ValueError as error:
        raise CosError("InvalidArgument", "The continuation-token is none of mine.") from error


def _elements(documents: Iterable[bytes]) -> Iterator[bytes]:
    """Yield documents without their declarations, to stand inside another."""
    for document in documents:
        yield document.partition(b"?>")[2] if document.startswith(b"<?xml") else document


def _absent(setting: _Setting) -> bytes:
    if setting.code:
        raise CosError(setting.code, "The bucket has no such setting.", 404)
    return f"<{setting.empty}/>".encode()


def _check_policy(body: bytes) -> None:
    try:
        policy = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise CosError("MalformedPolicy", "The body is no JSON.") from error
    if not isinstance(policy, dict):
        raise CosError("MalformedPolicy", "The body is no object of JSON.")
