"""Whether the page itself asks: the rule of every page that is served on this machine.

Other sites that are open in the same browser can reach 127.0.0.1 too. Three checks keep them out:
the Host must be the page's, and no other name of this machine; if the browser says where a request
comes from, it must be the page, or the user who typed the address; and an Origin must be the page's
own, which a request that writes must have. No answer allows another site to read it.

The page of `make up` imports this module, and no other of cli/. So it imports nothing of the
project.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Literal

FOLDER = Path(__file__).parent
"""The files that the pages share."""

HEADERS: Mapping[str, str] = json.loads((FOLDER / "headers.json").read_bytes())
"""What a browser may do with a page that is served."""

_OWN_SITE = (None, "same-origin", "none")


def broken_check(
    header: Callable[[str], str | None], hosts: Collection[str], *, writes: bool, is_public: bool
) -> Literal["host", "site", "origin"] | None:
    """Return which check a request fails. Return None if it passes all three.

    Args:
        header: returns a header of the request by its name in lower case.
        hosts: the page's, each as 127.0.0.1:PORT.
        writes: whether the request may change something.
        is_public: any site may link to it, since the answer holds nothing of the bucket.
    """
    host, origin = header("host"), header("origin")
    if host not in hosts:
        return "host"
    if not is_public and header("sec-fetch-site") not in _OWN_SITE:
        return "site"
    return None if origin == f"http://{host}" or (origin is None and not writes) else "origin"
