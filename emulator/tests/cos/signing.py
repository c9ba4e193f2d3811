"""Requests signed by hand, so that what is signed may be no request at all."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from coslocal.credentials import Credential

Query = Sequence[tuple[str, str]]


def query_string(query: Query) -> str:
    return "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in query)


def native(
    credential: Credential, method: str, path: str, query: Query, host: str
) -> dict[str, str]:
    """The headers that sign a request in COS's own words (436/7778), over its host and query."""
    period = f"{int(time.time()) - 60};{int(time.time()) + 600}"
    pairs = sorted((quote(name, safe="").lower(), quote(value, safe="")) for name, value in query)
    said = "&".join(f"{name}={value}" for name, value in pairs)
    text = f"{method.lower()}\n{path}\n{said}\nhost={quote(host, safe='')}\n"
    key = _sha1(credential.secret_key, period)
    hashed = hashlib.sha1(text.encode()).hexdigest()  # noqa: S324 - COS's own
    parts = {
        "q-sign-algorithm": "sha1",
        "q-ak": credential.secret_id,
        "q-sign-time": period,
        "q-key-time": period,
        "q-header-list": "host",
        "q-url-param-list": ";".join(name for name, _ in pairs),
        "q-signature": _sha1(key, f"sha1\n{period}\n{hashed}\n"),
    }
    return {"Authorization": "&".join(f"{name}={value}" for name, value in parts.items())}


def v4(
    credential: Credential,
    method: str,
    path: bytes,
    query: Query,
    headers: Mapping[str, str],
    payload: str,
) -> dict[str, str]:
    """The headers that sign a request as AWS documents version 4, over host, date and digest."""
    moment = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    own = {"x-amz-date": moment, "x-amz-content-sha256": payload}
    signed = {"host": headers["Host"], **own}
    names = ";".join(sorted(signed))
    pairs = sorted((quote(name, safe=""), quote(value, safe="")) for name, value in query)
    canonical = "\n".join(
        [
            method,
            quote(path, safe="/"),
            "&".join(f"{name}={value}" for name, value in pairs),
            *(f"{name}:{signed[name]}" for name in sorted(signed)),
            "",
            names,
            payload,
        ]
    )
    scope = f"{moment[:8]}/ap-guangzhou/s3/aws4_request"
    hashed = hashlib.sha256(canonical.encode()).hexdigest()
    key = f"AWS4{credential.secret_key}".encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    text = f"AWS4-HMAC-SHA256\n{moment}\n{scope}\n{hashed}"
    signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    authorization = (
        f"AWS4-HMAC-SHA256 Credential={credential.secret_id}/{scope}, "
        f"SignedHeaders={names}, Signature={signature}"
    )
    return {**own, "Authorization": authorization}


def _sha1(key: str, message: str) -> str:
    return hmac.new(key.encode(), message.encode(), hashlib.sha1).hexdigest()
