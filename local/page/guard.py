"""Which requests the page answers: those of this machine's browser, at the page's own address.

Other sites that are open in the same browser can reach 127.0.0.1 too. Three checks keep them out:
the Host must be the page's, and no other name of this machine; if the browser says where a request
comes from, it must be the page, or the user who typed the address; and a request that writes must
have the page's own Origin. No answer allows another site to read it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from werkzeug.wrappers import Request

VIEWER: Final = Path(__file__).parents[2] / "cli" / "viewer"
"""The files that the pages share. No Python is imported from there."""

SECURITY_HEADERS: Final[Mapping[str, str]] = json.loads((VIEWER / "headers.json").read_bytes())

_OWN_SITE: Final = (None, "same-origin", "none")


class Guard:
    """Checks requests to the page at `url`, http://127.0.0.1:PORT."""

    def __init__(self, url: str) -> None:
        address = urlsplit(url)
        self._hosts = (address.netloc, f"localhost:{address.port}")

    def refusal(self, request: Request, *, is_public: bool) -> str | None:
        """Return why a request is refused. Return None if it isn't.

        Any site may link to what is public: the page's own files, without anything of the bucket.
        """
        if request.host not in self._hosts:
            return f"the page is at http://{self._hosts[0]}/ and answers to no other name"
        if not is_public and request.headers.get("Sec-Fetch-Site") not in _OWN_SITE:
            return "another site sent this request"
        if request.method == "POST" and request.headers.get("Origin") != f"http://{request.host}":
            return "only the page itself can send this"
        return None
