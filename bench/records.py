"""Events of COS's trigger, with what submit reads of them."""

from __future__ import annotations

from tests.support.environment import BUCKET


def cos_event(key: str) -> dict[str, object]:
    """The event of one upload."""
    name, _, appid = BUCKET.rpartition("-")
    written = {"key": f"/{appid}/{name}/{key}"}
    return {
        "Records": [{"cos": {"cosObject": written, "cosBucket": {"name": name, "appid": appid}}}]
    }
