"""Events of the triggers, with what the functions read of them."""

from __future__ import annotations

from tests.support.environment import BUCKET


def cos_event(key: str) -> dict[str, object]:
    """The event of one upload."""
    name, _, appid = BUCKET.rpartition("-")
    written = {"key": f"/{appid}/{name}/{key}"}
    return {
        "Records": [{"cos": {"cosObject": written, "cosBucket": {"name": name, "appid": appid}}}]
    }


def callback_event(token: str, body: str) -> dict[str, object]:
    """The event of one call by CI."""
    return {"httpMethod": "POST", "queryString": {"t": token}, "headers": {}, "body": body}
