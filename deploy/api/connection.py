"""Why a connection to the cloud failed.

The SDKs copy the text of an exception into an exception of their own. That text can hold an
address with a proxy's password. So this module reads only the exceptions' types and quotes nothing.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator, Mapping
from typing import Literal

from requests import exceptions as http
from urllib3 import exceptions as pool

from deploy.api.certificates import BUNDLE
from deploy.errors import AGAIN

Kind = Literal["certificate", "DNS", "refused", "time-out", "proxy", "broken"]

ADVICE: Mapping[Kind, str] = {
    "certificate": "the certificate was not accepted: if a proxy inspects TLS here, set "
    f"{BUNDLE} to the file of its CA certificate",
    "DNS": "the host name has no address: look at this machine's DNS, at TENCENTCLOUD_REGION and "
    "at TENCENTCLOUD_API_DOMAIN",
    "refused": "the connection was refused: look at the network, at HTTPS_PROXY and at NO_PROXY",
    "time-out": f"nothing came in time: look at the network; {AGAIN}",
    "proxy": "the proxy did not let the request through: look at HTTPS_PROXY and NO_PROXY",
    "broken": f"the connection broke; {AGAIN}",
}
"""What each kind means, and what to do. `broken` is every failure of no other kind."""

# Our own hosts are always well formed, so a wrong address is the proxy's.
_UNUSABLE_ADDRESSES = (
    *(http.InvalidSchema, http.InvalidProxyURL, http.InvalidURL),
    pool.LocationValueError,
)
# The first row that fits any exception of the chain counts. The order matters: urllib3 derives
# NewConnectionError from its time-outs, and NameResolutionError from NewConnectionError.
_KINDS: tuple[tuple[Kind, tuple[type[BaseException], ...]], ...] = (
    ("certificate", (http.SSLError, pool.SSLError, ssl.SSLError)),
    ("proxy", (http.ProxyError, pool.ProxyError, *_UNUSABLE_ADDRESSES)),
    ("DNS", (pool.NameResolutionError, socket.gaierror)),
    ("refused", (pool.NewConnectionError, ConnectionRefusedError)),
    ("time-out", (http.Timeout, pool.TimeoutError, TimeoutError)),
)


def kind_of(error: BaseException) -> Kind:
    """Return why a connection failed, from the exception that an SDK raised."""
    chain = list(_chain(error, set()))
    for kind, types in _KINDS:
        if any(isinstance(one, types) for one in chain):
            return kind
    return "broken"


def _chain(error: BaseException, seen: set[int]) -> Iterator[BaseException]:
    """Yield an exception, its causes, and the exceptions in its arguments."""
    if id(error) in seen:
        return
    seen.add(id(error))
    yield error
    held = (error.__cause__, error.__context__, getattr(error, "reason", None), *error.args)
    for one in held:
        if isinstance(one, BaseException):
            yield from _chain(one, seen)
