"""The COS API of a bucket that exists as a list of names: listings, and a few bodies.

Signatures are checked and pages written by the local cloud's own code; what is left out is storing
a million objects.
"""

from __future__ import annotations

import hashlib
import time
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from email.utils import formatdate
from typing import TYPE_CHECKING

from coslocal.cos.errors import CosError, error_xml
from coslocal.cos.listing import ListedObject, Listing, Page, listing_xml, parse_listing
from coslocal.cos.requests import CosRequest, read_request
from coslocal.credentials import CredentialStore
from coslocal.signature import SignatureRefused, verify
from shared.times import rfc3339

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

BodyOf = Callable[[str], bytes | None]


class ListedBucket:
    """A WSGI app. `names` have ages in seconds, counted from now; `requests` counts what was asked.

    `body_of` gives the body of an object, None where there is none.
    """

    def __init__(
        self,
        names: Mapping[str, float],
        region: str,
        credentials: CredentialStore,
        body_of: BodyOf = lambda _name: None,
    ) -> None:
        self._now = time.time()
        self._names = sorted(names)  # by code point, which is the order of UTF-8 bytes
        self._ages = names
        self._region = region
        self._credentials = credentials
        self._body_of = body_of
        self.requests: Counter[str] = Counter()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request, as WSGI has it."""
        try:
            status, body, headers = self._reply(read_request(environ, self._region))
        except CosError as error:
            status, body, headers = f"{error.status} Refused", error_xml(error, "", "", ""), {}
        headers |= {"Date": formatdate(time.time(), usegmt=True), "Content-Length": str(len(body))}
        start_response(status, list(headers.items()))
        return [body]

    def _reply(self, request: CosRequest) -> tuple[str, bytes, dict[str, str]]:
        try:
            verify(request.signed, self._credentials, time.time())
        except SignatureRefused as refused:
            raise CosError(refused.code, refused.message) from refused
        if request.method != "GET":
            raise CosError("NotImplemented", "this bucket can only be read")
        if request.key is not None:
            return self._object(request.key)
        listing = parse_listing(request.parameter)
        self.requests["listing"] += 1
        page = listing_xml(request.bucket or "", listing, self._page(listing))
        return "200 OK", page.encode(), {"Content-Type": "application/xml"}

    def _object(self, name: str) -> tuple[str, bytes, dict[str, str]]:
        self.requests["object"] += 1
        body = self._body_of(name)
        if body is None:
            raise CosError("NoSuchKey", "there is no such object")
        return "200 OK", body, {"ETag": '"' + _etag(name) + '"'}

    def _page(self, listing: Listing) -> Page:
        start = bisect_right(self._names, max(listing.marker, listing.prefix[:-1]))
        while start < len(self._names) and self._names[start] < listing.prefix:
            start += 1
        found = []
        for name in self._names[start : start + listing.max_keys + 1]:
            if not name.startswith(listing.prefix):
                break
            found.append(name)
        shown = [self._listed(name) for name in found[: listing.max_keys]]
        return Page(shown, [], shown[-1].key if len(found) > len(shown) else None)

    def _listed(self, name: str) -> ListedObject:
        at = rfc3339(self._now - self._ages[name]).replace("Z", ".000Z")
        return ListedObject(name, at, f'"{_etag(name)}"', 100_000, "STANDARD")


def _etag(name: str) -> str:
    return hashlib.md5(name.encode(), usedforsecurity=False).hexdigest()
