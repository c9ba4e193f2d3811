"""Connections: why one failed, and which certificates are believed.

The SDKs put the text of an exception into one of their own; that text quotes addresses, a proxy's
password included. So the kind is read from the exceptions' types, and nothing is quoted.
"""

from __future__ import annotations

import os
import socket
import ssl
from collections.abc import Iterator, Mapping, MutableMapping
from pathlib import Path
from typing import Literal

from requests import exceptions as http
from urllib3 import exceptions as pool

from deploy.errors import AGAIN, WrongConfiguration

Kind = Literal["certificate", "DNS", "refused", "time-out", "proxy", "broken"]

BUNDLE = "REQUESTS_CA_BUNDLE"
"""What `requests` reads; OpenSSL's own SSL_CERT_FILE is taken if it isn't set."""

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
"""What each kind means, and what to do. `broken` is what is none of the others."""

# Our own hosts are always well formed, so it is the proxy's address that isn't.
_UNUSABLE_ADDRESSES = (
    *(http.InvalidSchema, http.InvalidProxyURL, http.InvalidURL),
    pool.LocationValueError,
)
# The first row that fits any exception of the chain counts. urllib3 derives NewConnectionError from
# its time-outs, and NameResolutionError from NewConnectionError.
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
    """Yield an exception and those it came from: the causes, and those that it holds."""
    if id(error) in seen:
        return
    seen.add(id(error))
    yield error
    held = (error.__cause__, error.__context__, getattr(error, "reason", None), *error.args)
    for one in held:
        if isinstance(one, BaseException):
            yield from _chain(one, seen)


def believe_certificates(environ: MutableMapping[str, str] = os.environ) -> None:
    """Have every request of this process believe the certificates of SSL_CERT_FILE, if it is set.

    `requests` reads REQUESTS_CA_BUNDLE alone, which is left as it is.

    Raises:
        WrongConfiguration: the file isn't there.
    """
    for name in (BUNDLE, "SSL_CERT_FILE"):
        path = environ.get(name)
        if path:
            if not Path(path).exists():
                raise WrongConfiguration(name, f"is {path}, and there is no such file")
            environ[BUNDLE] = path
            return


def certificates() -> str | None:
    """Return the file that the Tencent SDK is to be handed, since it reads no variable itself."""
    return os.environ.get(BUNDLE) or None
