"""The key behind a digest: what stands in the log and in masked output leads back to the card."""

from __future__ import annotations

import re

from cli.masking import Masking
from cli.progress import progress
from shared.pipeline import Pipeline

_DIGEST = re.compile("[0-9a-f]{16}")


def is_digest(text: str) -> bool:
    """Whether it can be a key's digest."""
    return _DIGEST.fullmatch(text) is not None


def key_behind(pipeline: Pipeline, masking: Masking, digest: str) -> str | None:
    """The key of a photograph that lies in the bucket, or None: its listing is gone through.

    Raises:
        StorageFault: COS refused a listing or couldn't be reached.
    """
    after: str | None = None
    with progress("looking for the key") as heard:
        while True:
            page = pipeline.store.list_sources(pipeline.settings.input_prefix, after)
            for listed in page.objects:
                if masking.digest(listed.key) == digest:
                    return listed.key
            heard(len(page.objects))
            after = page.next
            if after is None:
                return None
