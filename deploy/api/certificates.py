"""Which certificates to trust. It imports no HTTP client, so that `card-ocr --help` starts soon."""

from __future__ import annotations

import os
from collections.abc import MutableMapping
from pathlib import Path

from deploy.errors import WrongConfiguration

BUNDLE = "REQUESTS_CA_BUNDLE"
"""The variable that `requests` reads. If it isn't set, OpenSSL's SSL_CERT_FILE is used."""


def believe_certificates(environ: MutableMapping[str, str] = os.environ) -> None:
    """Let every request of this process trust the certificates of SSL_CERT_FILE, if that is set.

    `requests` reads only REQUESTS_CA_BUNDLE. If that is set already, it stays as it is.

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
    """Return the certificates' file for the Tencent SDK, which reads no variable itself."""
    return os.environ.get(BUNDLE) or None
