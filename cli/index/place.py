"""Where an index lies: in the user's cache folder, named by bucket and OUTPUT_PREFIX."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote, urlsplit

from shared.settings.load import Settings


def index_path(settings: Settings, environ: Mapping[str, str] = os.environ) -> Path:
    """`<cache>/card-ocr/<bucket>_<prefix, percent-encoded>.sqlite3`; with a local cloud's port."""
    name = f"{settings.output_bucket}_{quote(settings.output_prefix, safe='')}"
    if settings.local_cloud is not None:
        name += f"_local-{urlsplit(settings.local_cloud).port}"
    return _cache_folder(environ) / "card-ocr" / f"{name}.sqlite3"


def _cache_folder(environ: Mapping[str, str]) -> Path:
    given = environ.get("XDG_CACHE_HOME")
    if given:
        return Path(given)
    return Path.home() / ("Library/Caches" if sys.platform == "darwin" else ".cache")
